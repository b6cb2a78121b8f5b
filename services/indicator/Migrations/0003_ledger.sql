-- The ledger: winners, everything ever folded, and totals that follow by deltas.

-- One row: the fold lock, and the clock of everything that is versioned.
create table ledger (
    only_row boolean     primary key default true check (only_row),
    epoch    integer     not null check (epoch > 0),
    position bigint      not null check (position >= 0),
    known_at timestamptz not null
);
comment on table ledger is 'Locked by whoever folds facts or sets targets; never deleted, its numbers never go back.';
comment on column ledger.epoch is 'Raised by a restore; (epoch, position) orders what consumers hear.';
comment on column ledger.known_at is 'Nothing will ever be stamped at or before this instant any more.';
insert into ledger (epoch, position, known_at) values (1, 0, clock_timestamp());

-- From instants to positions: the last position of each fold.
create table ledger_fold (
    position bigint      primary key,
    known_at timestamptz not null unique
);

-- The winner of each key.
create table fact_head (
    source      text    collate "C" not null,
    record_id   text    collate "C" not null,
    measure     text    collate "C" not null references measure,
    revision    integer not null check (revision > 0),
    region      text    collate "C" not null,
    event_date  date    not null,
    person_key  text    collate "C" null,
    person_year smallint null,
    quantity    numeric(18, 4) null,
    counted     boolean not null,
    position    bigint  not null,
    known_at    timestamptz not null,
    primary key (record_id, measure, source)
) with (fillfactor = 90);
comment on column fact_head.quantity is 'In the measure''s unit; null: withdrawn.';
comment on column fact_head.counted is 'Adds to the totals: not withdrawn, and of a person''s facts of a year the first.';
comment on column fact_head.person_year is 'Calendar year of the event date where a person counts once in it; null elsewhere and when withdrawn.';
create index fact_head_of_month on fact_head (measure, event_date, record_id) where counted;
create index fact_head_of_person on fact_head (measure, person_key, person_year) where person_year is not null;

-- Every fact that was ever folded; valid as the winner at positions in [position, superseded_at).
create table fact_history (
    position      bigint  not null,
    known_at      timestamptz not null,
    superseded_at bigint  null check (superseded_at >= position),
    source        text    collate "C" not null,
    record_id     text    collate "C" not null,
    measure       text    collate "C" not null,
    revision      integer not null,
    region        text    collate "C" not null,
    event_date    date    not null,
    person_key    text    collate "C" null,
    person_year   smallint null,
    quantity      numeric(18, 4) null,
    primary key (position, known_at)
) partition by range (known_at);
comment on column fact_history.superseded_at is 'Position of the higher revision that took over; null: the winner; equal to position: never was.';
create index fact_history_of_record on fact_history (record_id, measure);
create index fact_history_of_month on fact_history (measure, event_date, record_id) where quantity is not null;
create index fact_history_of_person on fact_history (measure, person_key, person_year) where person_year is not null;

-- The service's login owns nothing and may not create tables; this one thing it may ask for.
create function ensure_fact_history(through integer) returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_fact_history')); -- replicas take turns
    for year in extract(year from now() at time zone 'Asia/Shanghai')::integer .. through loop
        if to_regclass('fact_history_' || year) is null then
            execute format('create table fact_history_%s partition of fact_history for values from (%L) to (%L)',
                year, year || '-01-01 00:00:00+08', year + 1 || '-01-01 00:00:00+08');
            made := made + 1;
        end if;
    end loop;
    return made;
end
$$;
comment on function ensure_fact_history is 'Creates the partitions of this year to the given one that are missing; answers how many.';
select ensure_fact_history(extract(year from now())::integer + 2);

-- Totals, kept by deltas. In a region that facts name: county, township, or the city for what exists only there.
create table measure_total (
    measure  text   collate "C" not null references measure,
    region   text   collate "C" not null,
    month    date   not null check (extract(day from month) = 1),
    quantity numeric(18, 4) not null,
    facts    bigint not null check (facts >= 0),
    position bigint not null,
    known_at timestamptz not null,
    primary key (measure, region, month)
) with (fillfactor = 70);
comment on column measure_total.facts is 'Facts that add up to quantity; 0: nothing is known, which is not zero.';
comment on column measure_total.position is 'Last position of the fold that changed it.';
create index measure_total_of_month on measure_total (measure, month) include (region);

-- The same as it was after each fold that changed it: what "as known at" reads.
create table measure_total_version (
    measure  text   collate "C" not null,
    region   text   collate "C" not null,
    month    date   not null,
    position bigint not null,
    quantity numeric(18, 4) not null,
    facts    bigint not null,
    known_at timestamptz not null,
    primary key (measure, region, month, position)
);

-- Facts that cannot be counted, set aside for people; never guessed at.
create table parked_fact (
    parked_fact_id bigint      generated always as identity primary key,
    source         text        not null,
    body           text        not null,
    reason         text        not null,
    detail         text        not null,
    fingerprint    uuid        not null unique,
    first_seen_at  timestamptz not null default now(),
    last_seen_at   timestamptz not null default now(),
    times          integer     not null default 1
);
comment on column parked_fact.body is 'The fact as received, JSON; text, since it may hold what jsonb cannot.';
comment on column parked_fact.fingerprint is 'Of source, body and reason: the same bad fact sent again is one row.';
