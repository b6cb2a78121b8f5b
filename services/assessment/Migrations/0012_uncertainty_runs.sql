-- Uncertainty analyses of more draws than a request waits for. Draws depend on the seed and their number only, so a run is
-- as far as its last committed part, and whoever takes it up goes on from there.
create table uncertainty_run (
    run_id         uuid               primary key,
    scheme         text               not null,
    scheme_version integer            not null,
    month          date               not null check (extract(day from month) = 1),
    as_of          timestamptz        not null,
    draft          jsonb              not null check (jsonb_typeof(draft) = 'object'),
    draws          bigint             not null check (draws > 0),
    done           bigint             not null default 0 check (done between 0 and draws),
    counts         bigint[]           null,
    sums           double precision[] null check (cardinality(counts) = cardinality(sums) * cardinality(sums)),
    state          text               not null check (state in ('running', 'finished', 'cancelled', 'refused')),
    message        text               null,
    asked_by       text               not null,
    asked_at       timestamptz        not null,
    finished_at    timestamptz        null,
    foreign key (scheme, scheme_version) references scheme_version,
    check ((state = 'running') = (finished_at is null)),
    check (state <> 'finished' or done = draws)
);
comment on column uncertainty_run.counts is 'Draws by unit and rank, unit after unit.';
comment on column uncertainty_run.sums is 'Of the scores, by unit.';
create index uncertainty_run_open on uncertainty_run (asked_at) where state = 'running';
call scope_to_city('uncertainty_run');
