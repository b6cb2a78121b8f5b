-- Saved what-ifs. Every version stays; the highest is tried.
create table scenario_version (
    scenario text        not null check (scenario ~ '^[a-z][a-z0-9-]{0,39}$'),
    version  integer     not null check (version >= 1),
    name     text        not null,
    scheme   text        not null,
    changes  jsonb       not null check (jsonb_typeof(changes) = 'object'),
    set_by   text        not null,
    known_at timestamptz not null,
    primary key (scenario, version)
);
comment on column scenario_version.changes is 'Weights, methods and aggregations that would be other than in the scheme.';
call scope_to_city('scenario_version');
