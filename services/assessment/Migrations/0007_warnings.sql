-- Warnings as the indicator service says them; the highest revision of each.
create table warning (
    warning_id uuid    primary key,
    rule       text    collate "C" not null,
    region     text    collate "C" not null,
    subject    text    collate "C" not null,
    level      text    not null,
    state      text    not null,
    period     text    not null,
    value      numeric null,
    message    text    not null,
    cleared    boolean not null,
    report_to  text    null,
    report_by  timestamptz null,
    raised_at  timestamptz not null,
    revision   integer not null
);
create index warning_of_region on warning (region, raised_at, warning_id);
call scope_by_region('warning');
