-- What a figure is expected to be from its own past, in every region. A change is a further revision.
create table predictor (
    code       text    collate "C" not null check (code ~ '^[a-z][a-z0-9-]{2,39}$'),
    revision   integer not null check (revision > 0),
    name_zh    text    not null,
    indicator  text    collate "C" not null references indicator,
    statistic  text    not null check (statistic in ('mean', 'median')),
    sequential integer not null check (sequential between 0 and 24),
    annual     integer not null check (annual between 0 and 5),
    skip       text    null,
    tolerance  numeric(9, 4) not null check (tolerance > 0),
    active     boolean not null,
    mark       text    not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    reason     text    not null,
    set_by     text    not null,
    known_at   timestamptz not null,
    primary key (code, revision),
    check (sequential + annual > 0)
);
comment on column predictor.sequential is 'Periods just before.';
comment on column predictor.annual is 'Years before, of which the same period is taken.';
comment on column predictor.skip is 'Condition; a period in which it holds is left out of the sample.';
comment on column predictor.tolerance is 'Percent; in percentage points for shares.';
call scope_to_city('predictor');

insert into predictor values
    ('reemployed-usual', 1, '失业人员实现就业与往年同月及前三月相当', '7', 'median', 3, 3, '[7] = 0', 60, true, 'D', '月度波动大，取中位数；为零的月份多为漏报，不计入样本', 'proposal', '2000-01-01 00:00+08');
