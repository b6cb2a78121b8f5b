-- Targets by region and year; a change is a further revision, and the highest one holds.
create table target (
    indicator text    collate "C" not null references indicator,
    region    text    collate "C" not null,
    year      integer not null check (year between 2021 and 2025),
    revision  integer not null check (revision > 0),
    value     numeric(18, 4) null check (value >= 0),
    note      text    null,
    set_by    text    not null,
    known_at  timestamptz not null,
    primary key (indicator, region, year, revision)
);
comment on column target.value is 'In the indicator''s unit; the year''s own share of a five-year total, else the level to hold; null: not applicable.';
comment on column target.known_at is 'By the ledger''s clock, so that one instant names the state of facts and targets.';
