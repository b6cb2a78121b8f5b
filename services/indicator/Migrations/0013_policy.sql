-- Figures that policy may change, as in the registers: a change is a further revision or a later first day.
create table policy_parameter (
    code        text        not null check (code ~ '^[a-z0-9_.]{1,80}$'),
    valid_from  date        not null,
    revision    integer     not null check (revision > 0),
    value       numeric     null check (value >= 0 and value < 1e15 and scale(value) <= 4),
    entries     jsonb       null check (jsonb_typeof(entries) = 'array' and jsonb_array_length(entries) > 0),
    unit        text        not null,
    document    text        null check (document <> ''),
    verified    boolean     not null check (document is not null or not verified),
    note        text        null,
    recorded_at timestamptz not null default now(),
    recorded_by text        not null,
    primary key (code, valid_from, revision),
    check ((value is null) = (entries is not null))
);
comment on column policy_parameter.valid_from is 'First day on which the value decides; it holds until a later one.';
comment on column policy_parameter.value is 'In the unit; null when the parameter is a table.';
comment on column policy_parameter.entries is 'Of a table: [{"key": ..., "value": ...}], values in the unit.';
comment on column policy_parameter.document is 'Number of the document that sets the value; null: none is known.';
comment on column policy_parameter.verified is 'Whether someone has compared the value with the document.';
call scope_to_city('policy_parameter');
