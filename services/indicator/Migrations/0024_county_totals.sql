-- Totals of counties, added up where facts name townships: what nearly every question is about. A fraction of the rows, and
-- nothing to add up when asked.
create table county_total (
    measure  text   collate "C" not null references measure,
    region   text   collate "C" not null check (length(region) = 6),
    month    date   not null check (extract(day from month) = 1),
    quantity numeric(18, 4) not null,
    facts    bigint not null check (facts >= 0),
    position bigint not null,
    known_at timestamptz not null,
    primary key (measure, region, month)
) with (fillfactor = 70);
comment on column county_total.region is 'A county, or the city for what exists only there.';
call scope_by_region('county_total');

create table county_total_version (
    measure  text   collate "C" not null,
    region   text   collate "C" not null,
    month    date   not null,
    position bigint not null,
    quantity numeric(18, 4) not null,
    facts    bigint not null,
    known_at timestamptz not null,
    primary key (measure, region, month, position)
);
call scope_by_region('county_total_version');

insert into county_total (measure, region, month, quantity, facts, position, known_at)
select measure, left(region, 6), month, sum(quantity), sum(facts)::bigint, max(position), max(known_at)
from measure_total
group by 1, 2, 3;

-- As each fold left them: what it changed in a county's regions, added up from the first on.
insert into county_total_version (measure, region, month, position, quantity, facts, known_at)
select measure, region, month, position, sum(quantity) over so_far, sum(facts) over so_far, known_at
from (
    select measure, left(region, 6) as region, month, position, sum(quantity) as quantity, sum(facts)::bigint as facts, max(known_at) as known_at
    from (
        select measure, region, month, position, known_at,
               quantity - lag(quantity, 1, 0.0) over before as quantity, facts - lag(facts, 1, 0::bigint) over before as facts
        from measure_total_version
        window before as (partition by measure, region, month order by position)) changed
    group by 1, 2, 3, 4) folded
window so_far as (partition by measure, region, month order by position);
