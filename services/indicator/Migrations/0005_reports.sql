-- What a county or the city reports of an indicator and period, on its way to being locked.
create table report (
    indicator    text    collate "C" not null references indicator,
    region       text    collate "C" not null,
    period       text    collate "C" not null,
    value        numeric(18, 4) null check (value >= 0),
    numerator    numeric(18, 4) null check (numerator >= 0),
    denominator  numeric(18, 4) null check (denominator >= numerator),
    note         text    null,
    synthetic    boolean not null,
    state        text    not null check (state in ('draft', 'submitted', 'approved', 'locked', 'returned')),
    reason       text    null,
    revision     integer not null check (revision > 0),
    locked_times integer not null default 0,
    changed_by   text    not null,
    changed_at   timestamptz not null,
    primary key (indicator, region, period),
    check ((value is null) = (numerator is not null) and (numerator is null) = (denominator is null))
);
comment on column report.value is 'In the indicator''s unit; the period''s own for flows, as of its end for stocks; null for rates.';
comment on column report.reason is 'Why it was returned or unlocked last.';
comment on column report.revision is 'Raised by every change; the ETag.';
comment on column report.locked_times is 'Revision of the facts it became.';
create index report_of_state on report (state, indicator, region, period);

-- Who did what to a report, and when; only ever added to.
create table report_step (
    indicator   text    collate "C" not null,
    region      text    collate "C" not null,
    period      text    collate "C" not null,
    revision    integer not null,
    state       text    not null,
    value       numeric(18, 4) null,
    numerator   numeric(18, 4) null,
    denominator numeric(18, 4) null,
    reason      text    null,
    done_by     text    not null,
    done_at     timestamptz not null,
    primary key (indicator, region, period, revision),
    foreign key (indicator, region, period) references report
);
