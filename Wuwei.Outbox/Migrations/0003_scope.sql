-- The caller's scope: the transaction's setting app.scope, 'seen regions|changed regions|department|roles', each region part a
-- pattern for like. Not set, or left empty by an earlier transaction of the session: no rows.
create function scope_reads() returns text language sql stable parallel safe
    return split_part(current_setting('app.scope', true), '|', 1);

create function scope_writes() returns text language sql stable parallel safe
    return split_part(current_setting('app.scope', true), '|', 2);

create function scope_department() returns text language sql stable parallel safe
    return split_part(current_setting('app.scope', true), '|', 3);

-- In a subselect, which is asked once a statement and not once a row.
create procedure scope_by_region(name regclass) language plpgsql as $$
begin
    execute format('alter table %s enable row level security', name);
    execute format('create policy seen on %s for select using (region like (select scope_reads()))', name);
    execute format('create policy added on %s for insert with check (region like (select scope_writes()))', name);
    execute format('create policy changed on %s for update using (region like (select scope_writes())) with check (region like (select scope_writes()))', name);
    execute format('create policy removed on %s for delete using (region like (select scope_writes()))', name);
end
$$;
comment on procedure scope_by_region is 'Rows of a table with a column region are seen and changed within the scope only.';

-- Rows of no region that only the city, or a worker, may change; everybody who gets this far may read them.
create procedure scope_to_city(name regclass) language plpgsql as $$
begin
    execute format('alter table %s enable row level security', name);
    execute format('create policy seen on %s for select using (true)', name);
    execute format('create policy added on %s for insert with check (''620600'' like (select scope_writes()))', name);
    execute format('create policy changed on %s for update using (''620600'' like (select scope_writes())) with check (true)', name);
    execute format('create policy removed on %s for delete using (''620600'' like (select scope_writes()))', name);
end
$$;
comment on procedure scope_to_city is 'Rows of a table are changed by the city''s callers and by workers only.';
