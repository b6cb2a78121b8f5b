-- Warnings of any figure: an expression against thresholds, from a month on. A change is a further revision.
create table figure_rule (
    code         text    collate "C" not null check (code ~ '^[a-z][a-z0-9-]{2,39}$'),
    valid_from   date    not null check (extract(day from valid_from) = 1),
    revision     integer not null check (revision > 0),
    name_zh      text    not null,
    expression   text    not null,
    missing      text    not null check (missing in ('skip-if-any', 'skip-if-all', 'zero')),
    side         text    not null check (side in ('above', 'below')),
    yellow       numeric(18, 4) not null,
    orange       numeric(18, 4) not null,
    red          numeric(18, 4) not null,
    yellow_clear numeric(18, 4) not null,
    orange_clear numeric(18, 4) not null,
    red_clear    numeric(18, 4) not null,
    clear_after  integer not null check (clear_after between 1 and 12),
    active       boolean not null,
    mark         text    not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    reason       text    not null,
    set_by       text    not null,
    known_at     timestamptz not null,
    primary key (code, valid_from, revision)
);
comment on column figure_rule.side is 'On which side of a threshold the figure is bad.';
comment on column figure_rule.yellow_clear is 'Back beyond it the level ends; beyond the threshold itself, so that a figure about it does not flicker.';
call scope_to_city('figure_rule');

insert into figure_rule values
    ('survey-unemployment', '2021-01-01', 1, '城镇调查失业率', '[2]', 'skip-if-any', 'above', 5.5, 6, 6.5, 5.3, 5.8, 6.3, 1, true, 'D',
     '规划目标为 6% 以内，未定预警等级；各级起点为设计约定，待主管部门确认', 'proposal', '2000-01-01 00:00+08');
