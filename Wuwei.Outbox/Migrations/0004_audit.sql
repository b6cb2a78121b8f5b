-- Who did what, when and from where: written with the act, never changed. Links chain the entries afterwards, in the
-- background, so that nobody who acts waits for anybody else.
create table audit_entry (
    entry_id      bigint      generated always as identity,
    at            timestamptz not null default now(),
    xid           xid8        not null default pg_current_xact_id(),
    subject       text        collate "C" not null,
    department    text        not null,
    caller_region text        not null,
    roles         text[]      not null,
    address       text        null,
    trace_id      text        null,
    action        text        collate "C" not null check (action <> ''),
    record        text        collate "C" not null check (record <> ''),
    region        text        not null,
    decided_under text        null,
    before        json        null,
    after         json        null,
    primary key (entry_id, at)
) partition by range (at);
comment on column audit_entry.xid is 'The transaction of the act: entries are chained when every transaction before it has ended.';
comment on column audit_entry.address is 'Where the request came from, as the gateway says.';
comment on column audit_entry.record is 'Path of what it was done to in this service.';
comment on column audit_entry.region is 'Where the record counts; the caller''s own region when it counts nowhere.';
comment on column audit_entry.decided_under is 'Versions of the policy parameters that the decision looked at, parted by blanks.';
comment on column audit_entry.before is 'As answers showed it, personal values masked; null: there was none.';
create index audit_entry_by_transaction on audit_entry (xid);
create index audit_entry_of_record on audit_entry (record, entry_id);
create index audit_entry_of_reveals on audit_entry (subject, at) where action = 'person.revealed';
call scope_by_region('audit_entry');

create table audit_link (
    position bigint not null check (position > 0),
    day      date   not null,
    entry_id bigint not null,
    hash     bytea  not null check (length(hash) = 32),
    primary key (position, day)
) partition by range (day);
comment on column audit_link.position is 'From 1, without gaps.';
comment on column audit_link.day is 'When it was chained, in Wuwei.';
comment on column audit_link.hash is 'SHA-256 over the hash before, position, day and every column of the entry.';
create index audit_link_of_entry on audit_link (entry_id);

-- Stays when old entries are dropped.
create table audit_checkpoint (
    day      date   primary key,
    position bigint not null unique,
    hash     bytea  not null check (length(hash) = 32)
);
comment on table audit_checkpoint is 'The last link of each day that is over.';

-- The login has no right to change these; whoever has one is refused all the same. Migrations look for this function to
-- know which tables are only appended to.
create function only_appended_to() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using message = format('%s is only appended to', tg_table_name);
end
$$;
create trigger kept before update or delete on audit_entry for each row execute function only_appended_to();
create trigger kept before update or delete on audit_link for each row execute function only_appended_to();
create trigger kept before update or delete on audit_checkpoint for each row execute function only_appended_to();
create trigger kept_whole before truncate on audit_entry for each statement execute function only_appended_to();
create trigger kept_whole before truncate on audit_link for each statement execute function only_appended_to();
create trigger kept_whole before truncate on audit_checkpoint for each statement execute function only_appended_to();

-- The service's login owns nothing and may not create or drop tables; this one thing it may ask for.
create function keep_audit_partitions(days integer) returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
    today   date := (now() at time zone 'Asia/Shanghai')::date;
    month   date;
    changed integer := 0;
    name    text;
begin
    if days < 400 then
        raise invalid_parameter_value using message = 'The audit trail is kept for 400 days or longer.';
    end if;

    perform pg_advisory_xact_lock(hashtext('keep_audit_partitions')); -- replicas take turns
    for i in 0 .. 3 loop
        month := date_trunc('month', today)::date + i * interval '1 month';
        name := to_char(month, 'YYYY_MM');
        if to_regclass('audit_entry_' || name) is null then
            execute format('create table audit_entry_%s partition of audit_entry for values from (%L) to (%L)', name,
                month || ' 00:00:00+08', (month + interval '1 month')::date || ' 00:00:00+08');
            execute format('create table audit_link_%s partition of audit_link for values from (%L) to (%L)', name,
                month, (month + interval '1 month')::date);
            execute format('create trigger kept_whole before truncate on audit_entry_%s for each statement execute function only_appended_to()', name);
            execute format('create trigger kept_whole before truncate on audit_link_%s for each statement execute function only_appended_to()', name);
            -- A part is reached through the whole, and what is only appended to is not changed.
            execute format('alter table audit_entry_%s enable row level security', name);
            execute format('alter table audit_link_%s enable row level security', name);
            execute format('revoke update, delete on audit_entry_%s, audit_link_%s from %I', name, name, session_user);
            changed := changed + 1;
        end if;
    end loop;

    -- Entries stay a month longer than links: what was done at the end of a month may be chained at the beginning of the next.
    for name in
        select relname from pg_class join pg_inherits on inhrelid = pg_class.oid
        where inhparent = 'audit_link'::regclass and to_date(right(relname, 7), 'YYYY_MM') + interval '1 month' <= today - days
           or inhparent = 'audit_entry'::regclass and to_date(right(relname, 7), 'YYYY_MM') + interval '2 months' <= today - days
    loop
        execute format('drop table %I', name);
        changed := changed + 1;
    end loop;
    return changed;
end
$$;
comment on function keep_audit_partitions is 'Creates the partitions of this month and the next three, and drops those older than so many days, 400 at least.';
select keep_audit_partitions(400);
