-- Every version that the ledger published, kept entirely: "as known at T" is the highest (epoch, revision) known by T.
create table observation_version (
    indicator text        not null,
    region    text        not null,
    period    text        not null check (period ~ '^[0-9]{4}(-(0[1-9]|1[0-2]))?$'),
    ends_on   date        not null,
    epoch     integer     not null,
    revision  bigint      not null,
    value     numeric     null check (value between -1e15 and 1e15),
    unit      text        not null,
    status    text        not null,
    known_at  timestamptz not null,
    primary key (indicator, region, period, epoch, revision)
);
comment on column observation_version.period is 'A month, or a year for annual indicators; a flow''s value is the period''s own.';
comment on column observation_version.ends_on is 'The period''s last day.';

-- The winning version of each: what scores are made of. At most some hundreds of rows a region.
create table observation (
    indicator text        not null,
    region    text        not null,
    period    text        not null,
    ends_on   date        not null,
    epoch     integer     not null,
    revision  bigint      not null,
    value     numeric     null,
    unit      text        not null,
    status    text        not null,
    known_at  timestamptz not null,
    primary key (indicator, region, period)
);
create index observation_ends_on on observation (ends_on) where value is not null;

create table target_version (
    indicator  text        not null,
    region     text        not null,
    year       integer     not null check (year between 1900 and 2199),
    revision   integer     not null,
    value      numeric     null check (value between -1e15 and 1e15),
    comparator text        not null check (comparator in ('≥', '>', '≤', '<')),
    season     numeric[]   not null check (cardinality(season) = 12),
    known_at   timestamptz not null,
    primary key (indicator, region, year, revision)
);
comment on column target_version.value is 'The year''s own share of a five-year total, else the level to hold; null: not applicable here.';
comment on column target_version.season is 'Cumulative shares (0–1) of the year''s target due by each month''s end.';
