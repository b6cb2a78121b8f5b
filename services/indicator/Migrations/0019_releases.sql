-- What the public gets: a period's figures as they were known at an instant, from an instant on. A correction is a further
-- revision; what was published stays as it was.
create table release (
    period      text    collate "C" not null,
    revision    integer not null check (revision > 0),
    as_of       timestamptz not null,
    publish_at  timestamptz not null,
    note        text    null,
    released_by text    not null,
    released_at timestamptz not null,
    primary key (period, revision)
);
comment on column release.as_of is 'State of knowledge that is published.';
comment on column release.publish_at is 'End of the embargo: before it only those see it who read the service anyway.';
call scope_to_city('release');

create table release_value (
    period    text    collate "C" not null,
    revision  integer not null,
    indicator text    collate "C" not null references indicator,
    region    text    collate "C" not null,
    value     numeric null,
    status    text    not null check (status in ('published', 'suppressed', 'missing')),
    primary key (period, revision, indicator, region),
    foreign key (period, revision) references release,
    check ((value is null) = (status <> 'published'))
);
comment on column release_value.status is 'suppressed: so few that persons could be known by it, or another could be computed from it.';
call scope_by_region('release_value');

insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('open.least_count', '2000-01-01', 1, 10, null, '人', null, false,
 '公开数据中大于 0 且小于该数的人数、人次、件数不公布；分母小于该数的比率不公布。各地统计机构多用 3 至 11，未逐一核实[U]；本市规定未查到，设计约定[D]。', 'migration');
