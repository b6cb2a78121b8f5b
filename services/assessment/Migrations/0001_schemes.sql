-- What is assessed and how. A version is never changed: a change is the next version.
create table scheme_version (
    scheme        text          not null check (scheme ~ '^[a-z][a-z0-9-]{0,39}$'),
    version       integer       not null check (version >= 1),
    name          text          not null,
    valid_from    date          not null check (extract(day from valid_from) = 1),
    plan_from     integer       not null,
    plan_to       integer       not null check (plan_to >= plan_from),
    threshold     numeric       not null check (threshold between 0 and 100),
    unmet_ceiling numeric       not null check (unmet_ceiling >= 0 and unmet_ceiling < 1),
    note          text          not null,
    unverified    boolean       not null,
    known_at      timestamptz   not null,
    set_by        text          not null,
    primary key (scheme, version)
);
comment on column scheme_version.valid_from is 'First month it applies to; of several that apply, the highest version does.';
comment on column scheme_version.threshold is 'Least share of the applicable weight that must be covered for a combined score, percent.';
comment on column scheme_version.unmet_ceiling is 'Most progress (1 = target) that a missed target can count.';
comment on column scheme_version.unverified is 'No authority has confirmed it: a default of ours, mark [D].';

create table scheme_item (
    scheme     text          not null,
    version    integer       not null,
    ordinal    integer       not null,
    indicator  text          not null,
    name       text          not null,
    unit       text          not null,
    weight     numeric       not null check (weight > 0),
    binding    boolean       not null,
    method     text          not null check (method in ('proportional', 'all-or-nothing')),
    aggregate  text          not null check (aggregate in ('cumulative', 'level', 'sum-of-year-end-stocks', 'rate')),
    direction  text          not null check (direction in ('higher', 'lower')),
    cap        numeric       not null check (cap between 1 and 2),
    floor      numeric       not null check (floor between 0 and 1),
    seasonal   boolean       not null,
    city_only  boolean       not null,
    primary key (scheme, version, indicator),
    foreign key (scheme, version) references scheme_version
);
comment on column scheme_item.cap is 'Most progress that counts; 1 gives nothing for what exceeds the target.';
comment on column scheme_item.seasonal is 'The running year''s target is due along the target''s season; else evenly, month by month.';
comment on column scheme_item.city_only is 'Has no value in a county and leaves the weight there.';

-- The default [D]: the plan's twelve items (武政办发〔2022〕10号 专栏1); the two binding ones weigh double.
insert into scheme_version values (
    'plan-12', 1, '“十四五”就业促进规划十二项指标综合得分', '2021-01-01', 2021, 2025, 65, 0.99,
    '默认方案，未经主管部门确认：等权，两项约束性指标（1、9）权重加倍；缺数门槛 65%；未达标最高按 0.99 计；超额不加分。第 8 项按各年末参保人数之和解读。',
    true, '2021-01-01T00:00:00+08:00', 'default');
insert into scheme_item values
    ('plan-12', 1,  1, '1',  '城镇新增就业人数',         '人',   2, true,  'proportional', 'cumulative',             'higher', 1, 0, true,  false),
    ('plan-12', 1,  2, '2',  '城镇调查失业率',           '%',    1, false, 'proportional', 'rate',                   'lower',  1, 0, false, true),
    ('plan-12', 1,  3, '3',  '城镇就业占比',             '%',    1, false, 'proportional', 'rate',                   'higher', 1, 0, false, true),
    ('plan-12', 1,  4, '4',  '第三产业就业占比',         '%',    1, false, 'proportional', 'rate',                   'higher', 1, 0, false, true),
    ('plan-12', 1,  5, '5',  '高校毕业生就业去向落实率', '%',    1, false, 'proportional', 'rate',                   'higher', 1, 0, false, false),
    ('plan-12', 1,  6, '6',  '输转城乡富余劳动力',       '人',   1, false, 'proportional', 'cumulative',             'higher', 1, 0, true,  false),
    ('plan-12', 1,  7, '7',  '失业人员实现就业',         '人',   1, false, 'proportional', 'cumulative',             'higher', 1, 0, true,  false),
    ('plan-12', 1,  8, '8',  '失业保险参保人数',         '人',   1, false, 'proportional', 'sum-of-year-end-stocks', 'higher', 1, 0, false, false),
    ('plan-12', 1,  9, '9',  '劳动年龄人口平均受教育年限', '年', 2, true,  'proportional', 'level',                  'higher', 1, 0, false, true),
    ('plan-12', 1, 10, '10', '职业技能培训人数',         '人次', 1, false, 'proportional', 'cumulative',             'higher', 1, 0, true,  false),
    ('plan-12', 1, 11, '11', '创业带动就业',             '人',   1, false, 'proportional', 'cumulative',             'higher', 1, 0, true,  false),
    ('plan-12', 1, 12, '12', '举报投诉案件结案率',       '%',    1, false, 'proportional', 'rate',                   'higher', 1, 0, false, false);
