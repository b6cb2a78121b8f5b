call scope_by_region('fact_head');
call scope_by_region('fact_history');
call scope_by_region('measure_total');
call scope_by_region('measure_total_version');
call scope_by_region('target');
call scope_by_region('report');
call scope_by_region('report_step');

-- A fact that could not be read may be anybody's.
call scope_to_city('parked_fact');
alter policy seen on parked_fact using ('620600' like (select scope_reads()));

-- A table's policies hold for its partitions only when rows are reached through it: straight to a partition leads nowhere.
create or replace function ensure_fact_history(through integer) returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_fact_history')); -- replicas take turns
    for year in extract(year from now() at time zone 'Asia/Shanghai')::integer .. through loop
        if to_regclass('fact_history_' || year) is null then
            execute format('create table fact_history_%s partition of fact_history for values from (%L) to (%L)',
                year, year || '-01-01 00:00:00+08', year + 1 || '-01-01 00:00:00+08');
            execute format('alter table fact_history_%s enable row level security', year);
            made := made + 1;
        end if;
    end loop;
    return made;
end
$$;

do $$
declare
    part regclass;
begin
    for part in select inhrelid::regclass from pg_inherits where inhparent = 'fact_history'::regclass loop
        execute format('alter table %s enable row level security', part);
    end loop;
end
$$;
