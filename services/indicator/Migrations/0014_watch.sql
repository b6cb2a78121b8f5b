-- 失业动态监测: the sample of enterprises, what they return each month, and layoffs of any enterprise.
create table enterprise (
    credit_code    text    collate "C" primary key check (length(credit_code) = 18),
    region         text    collate "C" not null,
    name           text    not null,
    industry       text    collate "C" not null check (industry ~ '^[A-T]$'),
    size           text    not null check (size in ('large', 'medium', 'small', 'micro')),
    ownership      text    not null check (ownership in ('state-owned', 'collective', 'private', 'foreign', 'other')),
    base_period    text    collate "C" not null,
    base_headcount integer not null check (base_headcount >= 0),
    sampled_from   text    collate "C" not null,
    sampled_until  text    collate "C" null check (sampled_until >= sampled_from),
    note           text    null,
    revision       integer not null check (revision > 0),
    changed_by     text    not null,
    changed_at     timestamptz not null
);
comment on column enterprise.region is 'County. It does not change: an enterprise that moves leaves the sample.';
comment on column enterprise.industry is 'Section of GB/T 4754-2017, A to T.';
comment on column enterprise.size is '统计上大中小微型企业划分.';
comment on column enterprise.base_period is '建档期, a month; base_headcount is the staff at its end.';
comment on column enterprise.sampled_from is 'First month that is returned; sampled_until the last, null: it goes on.';
create index enterprise_of_region on enterprise (region, credit_code);
call scope_by_region('enterprise');

create table enterprise_return (
    credit_code    text    collate "C" not null references enterprise,
    region         text    collate "C" not null,
    period         text    collate "C" not null,
    headcount_last integer not null check (headcount_last >= 0),
    headcount_now  integer not null check (headcount_now >= 0),
    hired          integer not null check (hired >= 0),
    lost           integer not null check (lost >= 0),
    hires          jsonb   not null check (jsonb_typeof(hires) = 'array'),
    losses         jsonb   not null check (jsonb_typeof(losses) = 'array'),
    explanation    text    null,
    received_on    date    not null,
    revision       integer not null check (revision > 0),
    changed_by     text    not null,
    changed_at     timestamptz not null,
    primary key (credit_code, period),
    check (headcount_last + hired - lost = headcount_now)
);
comment on column enterprise_return.hires is '[{"reason": ..., "persons": ...}], persons add up to hired.';
comment on column enterprise_return.losses is '[{"type": ..., "reason": ..., "persons": ...}], persons add up to lost.';
comment on column enterprise_return.received_on is 'Day of the first version in Wuwei; a correction does not make it late.';
create index enterprise_return_of_period on enterprise_return (period, credit_code) include (headcount_now, hired, lost);
call scope_by_region('enterprise_return');

create table layoff (
    layoff_id   uuid    primary key,
    region      text    collate "C" not null,
    credit_code text    collate "C" not null check (length(credit_code) = 18),
    name        text    not null,
    industry    text    collate "C" not null check (industry ~ '^[A-T]$'),
    headcount   integer not null check (headcount > 0),
    persons     integer not null check (persons > 0 and persons <= headcount),
    reason      text    not null,
    noticed_on  date    null,
    reported_on date    null,
    planned_on  date    not null,
    state       text    not null check (state in ('planned', 'carried-out', 'withdrawn')),
    ended_on    date    null check ((ended_on is null) = (state = 'planned')),
    laid_off    integer null check (laid_off >= 0 and laid_off <= headcount and (laid_off is null) = (state <> 'carried-out')),
    note        text    null,
    revision    integer not null check (revision > 0),
    changed_by  text    not null,
    changed_at  timestamptz not null
);
comment on column layoff.headcount is 'Staff of the enterprise when the layoff was planned.';
comment on column layoff.noticed_on is 'Day on which union or all staff were told; null: they were not.';
comment on column layoff.reported_on is 'Day on which the plan reached the labour bureau; null: it did not.';
comment on column layoff.planned_on is 'Day on which the first person is to leave.';
create index layoff_of_enterprise on layoff (credit_code, planned_on);
call scope_by_region('layoff');

insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('watch.return_due_after', '2000-01-01', 1, 25, null, '天', null, false,
 '月报截止日：调查月末之后第 25 天，即次月 25 日。外省市有每月 25 日收数的做法[S]，本市文件未查到。', 'migration'),
('watch.plausible_change', '2000-01-01', 1, 30, null, '%', null, false, '当月净增减达到上期末人数的该比例时提示核实。设计约定[D]。', 'migration'),
('watch.plausible_change_persons', '2000-01-01', 1, 5, null, '人', null, false, '净增减不足该人数的不提示。设计约定[D]。', 'migration'),
('watch.still_months', '2000-01-01', 1, 6, null, '个月', null, false, '连续该月数人数不变且无增无减时提示核实。设计约定[D]。', 'migration'),
('watch.job_loss_rate', '2000-01-01', 1, null, '[{"key": "yellow", "value": 3}, {"key": "orange", "value": 5}, {"key": "red", "value": 10}]', '%', null, false,
 '岗位流失率Ⅲ、Ⅱ、Ⅰ级起点。甘肃、武威预案的数值未查到；设计约定[D]。', 'migration');
