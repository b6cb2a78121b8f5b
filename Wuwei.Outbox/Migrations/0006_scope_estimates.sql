-- Of a pattern that is known only at run time the planner expects one row in two hundred to match, and sorts the handful it
-- expects although an index has them in order. In a coalesce it expects every other row, which is the better guess: most
-- questions name a region within the caller's own beside it.
create or replace procedure scope_by_region(name regclass) language plpgsql as $$
declare
    reads  constant text := 'coalesce(region like (select scope_reads()), false)';
    writes constant text := 'coalesce(region like (select scope_writes()), false)';
begin
    execute format('alter table %s enable row level security', name);
    execute format('create policy seen on %s for select using (%s)', name, reads);
    execute format('create policy added on %s for insert with check (%s)', name, writes);
    execute format('create policy changed on %s for update using (%s) with check (%2$s)', name, writes);
    execute format('create policy removed on %s for delete using (%s)', name, writes);
end
$$;

-- The tables that have these policies already.
do $$
declare
    name regclass;
begin
    for name in
        select polrelid::regclass from pg_policy
        where polname = 'seen' and pg_get_expr(polqual, polrelid) = '(region ~~ ( SELECT scope_reads() AS scope_reads))'
    loop
        execute format('drop policy seen on %s', name);
        execute format('drop policy added on %s', name);
        execute format('drop policy changed on %s', name);
        execute format('drop policy removed on %s', name);
        call scope_by_region(name);
    end loop;
end
$$;
