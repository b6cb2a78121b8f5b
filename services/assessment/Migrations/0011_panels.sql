-- What members of a panel score by hand, each for themselves; counts when the panel is closed.
create table panel (
    panel_id  text        primary key check (panel_id ~ '^[a-z][a-z0-9-]{0,39}$'),
    revision  integer     not null check (revision >= 1),
    name      text        not null,
    item      text        not null check (item ~ '^[A-Za-z0-9]{1,20}$'),
    month     date        not null check (extract(day from month) = 1),
    members   text[]      not null check (cardinality(members) >= 3),
    set_by    text        not null,
    closed_at timestamptz null,
    unique (item, month)
);
comment on column panel.item is 'Code of the item, as schemes name it.';
comment on column panel.members is 'Who scores: clients or persons, as tokens name them.';
call scope_to_city('panel');
alter policy added on panel with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');
alter policy changed on panel using ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');

create table panel_score (
    panel     text          not null references panel,
    unit      text          not null,
    region    text          not null,
    member    text          not null,
    revision  integer       not null check (revision >= 1),
    score     numeric(5, 2) not null check (score between 0 and 100),
    evidence  text          not null check (evidence <> ''),
    scored_at timestamptz   not null,
    primary key (panel, unit, member)
);
comment on column panel_score.region is 'The unit''s own; the city for a department. Earlier scores are in the audit trail.';
call scope_by_region('panel_score');
