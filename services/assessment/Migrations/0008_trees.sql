-- Schemes as trees. A version is a document that is written once and read whole: what nobody asks for by column is kept as
-- the document it is. A version without a tree is a flat one: items directly below the goal, counties as units.
alter table scheme_version add column tree jsonb null check (jsonb_typeof(tree) = 'object');
comment on column scheme_version.tree is 'Groups, units, points and grades; null: none.';

alter table scheme_item add column rule jsonb null check (jsonb_typeof(rule) = 'object');
comment on column scheme_item.rule is 'Group, and what the method needs beside weight, cap and floor; null: nothing.';

alter table scheme_item drop constraint scheme_item_method_check;
alter table scheme_item add constraint scheme_item_method_check check (method in (
    'proportional', 'all-or-nothing', 'steps', 'goalposts', 'min-max', 'z-score', 'rank', 'percentile', 'borda',
    'distance-to-best', 'distance-to-reference'));

-- What the office enters by hand: ratings, cases of plus and minus points. Every version stays; the highest counts.
create table entry_version (
    unit       text        not null,
    region     text        not null,
    item       text        not null check (item ~ '^[A-Za-z0-9]{1,20}$'),
    period     text        not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    version    integer     not null check (version >= 1),
    value      numeric     null check (value between 0 and 1000000),
    evidence   text        not null check (evidence <> ''),
    entered_by text        not null,
    known_at   timestamptz not null,
    primary key (unit, item, period, version)
);
comment on column entry_version.unit is 'A region''s code, or a department''s as schemes name it.';
comment on column entry_version.region is 'The unit''s own; the city for a department.';
comment on column entry_version.value is 'Null: withdrawn.';
comment on column entry_version.evidence is 'Document, address or minutes that the value can be checked by.';
call scope_by_region('entry_version');

-- Presets. Every rule has its source and how sure it is: [S] a public source, [P] the plan, [D] ours, no authority behind it.
insert into scheme_version values (
    'shanwei-90-75', 1, '十二项指标综合得分（优秀 90、达标 75，优秀不超过三成）', '2021-01-01', 2021, 2025, 65, 0.99,
    '示例方案，未经主管部门确认。等次分数线与名额取自汕尾 2010 年办法；考核项与权重仍为规划十二项（默认方案），因原办法的项目表未见。名额按有得分单位数乘三成向下取整；同分先比约束性指标完成比例，仍不能区分的都不占名额。',
    true, '2021-01-01T00:00:00+08:00', 'default',
    '{"source": "[S] 汕尾市 2010 年就业目标责任考核办法（ask.fsou.com 17285013）：优秀不低于 90 分且不超过单位数的 30%，75 分以上达标；[P] 规划专栏1；[D] 权重、名额取整与同分规则",
      "aggregation": "arithmetic", "groups": [], "units": [], "points": [], "plusCeiling": null,
      "grades": [{"name": "优秀", "from": 90, "quota": 0.3}, {"name": "达标", "from": 75, "quota": null}, {"name": "不达标", "from": 0, "quota": null}]}');
insert into scheme_item
select 'shanwei-90-75', 1, ordinal, indicator, name, unit, weight, binding, method, aggregate, direction, cap, floor, seasonal, city_only
from scheme_item where scheme = 'plan-12' and version = 1;

insert into scheme_version values (
    'lanzhou-80-10-10', 1, '目标 80、群众评议 10、领导评价 10，另加减分', '2021-01-01', 2021, 2025, 65, 0.99,
    '示例方案，未经主管部门确认。80/10/10 取自兰州 2015 年办法；目标部分用规划十二项（默认方案），因原办法分值表未见；评议与评价按百分制录入；加分项与合计上限取自镇江；减分项与弄虚作假作废取自广东；对象暂为县区，部门由考核办公室增列。',
    true, '2021-01-01T00:00:00+08:00', 'default',
    '{"source": "[S] 兰州市 2015 年（lanzhou.baogaosu.com 38643741）：目标×80%+群众评议×10%+领导评价×10%+加减分；[S] 镇江（fsou 17022121_7）：加分合计不超过 10；[S] 广东（ask.fsou 17324636_2）：弄虚作假作废；[P] 规划专栏1；[D] 目标内权重、减分分值与对象",
      "aggregation": "arithmetic",
      "groups": [{"code": "targets", "name": "目标任务", "parent": null, "weight": 80, "aggregation": "arithmetic"},
                 {"code": "public", "name": "群众评议", "parent": null, "weight": 10, "aggregation": "arithmetic"},
                 {"code": "leaders", "name": "领导评价", "parent": null, "weight": 10, "aggregation": "arithmetic"}],
      "units": [],
      "points": [{"code": "national", "name": "国家级表彰", "kind": "plus", "each": 3, "ceiling": 10, "source": "entered"},
                 {"code": "province", "name": "省级表彰", "kind": "plus", "each": 2, "ceiling": 10, "source": "entered"},
                 {"code": "city", "name": "市级表彰", "kind": "plus", "each": 1, "ceiling": 10, "source": "entered"},
                 {"code": "criticised", "name": "通报批评", "kind": "minus", "each": 1, "ceiling": 5, "source": "entered"},
                 {"code": "fraud", "name": "弄虚作假", "kind": "void", "each": 1, "ceiling": 1, "source": "entered"}],
      "plusCeiling": 10, "grades": []}');
insert into scheme_item
select 'lanzhou-80-10-10', 1, ordinal, indicator, name, unit, weight, binding, method, aggregate, direction, cap, floor, seasonal, city_only,
       '{"group": "targets"}'
from scheme_item where scheme = 'plan-12' and version = 1;
insert into scheme_item values
    ('lanzhou-80-10-10', 1, 13, 'publicrating', '群众评议', '分', 1, false, 'goalposts', 'level', 'higher', 1, 0, false, false,
     '{"group": "public", "source": "entered", "low": 0, "high": 100}'),
    ('lanzhou-80-10-10', 1, 14, 'leaderrating', '领导评价', '分', 1, false, 'goalposts', 'level', 'higher', 1, 0, false, false,
     '{"group": "leaders", "source": "entered", "low": 0, "high": 100}');
