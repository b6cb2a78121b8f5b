-- What the plan leaves open is decided by people: each question has an owner, options and a choice. Choices are only added
-- to; the highest revision holds. One without a day is our proposal, which nobody has decided yet.
create table decision_option (
    indicator text    collate "C" not null,
    number    integer not null,
    option    integer not null check (option > 0),
    text      text    not null,
    effect    text    null check (effect in ('comparator', 'target', 'scale', 'total', 'season', 'base', 'name')),
    value     text    null,
    computed  boolean not null,
    primary key (indicator, number, option),
    foreign key (indicator, number) references indicator_note,
    check ((effect is null) = (value is null))
);
comment on column decision_option.effect is 'What of the indicator it makes other; null: words only.';
comment on column decision_option.computed is 'Whether the platform can work by it; others are on record and cannot be chosen.';

create table decision_choice (
    indicator  text    collate "C" not null,
    number     integer not null,
    revision   integer not null check (revision > 0),
    option     integer not null,
    owner      text    not null,
    reason     text    not null,
    document   text    null,
    decided_on date    null,
    decided_by text    not null,
    known_at   timestamptz not null,
    primary key (indicator, number, revision),
    foreign key (indicator, number, option) references decision_option
);
comment on column decision_choice.owner is 'The office that answers for the question.';
comment on column decision_choice.decided_on is 'Null: a proposal.';
comment on column decision_choice.known_at is 'By the ledger''s clock, so that one instant names the state of facts, targets and readings.';
call scope_to_city('decision_choice');

-- A reading begins with its option; the longest such option is the one it means.
create temporary table chosen on commit drop as
select distinct on (n.indicator, n.number) n.indicator, n.number, o.option, n.reason
from indicator_note n
cross join lateral unnest(n.options) with ordinality as o (text, option)
order by n.indicator, n.number, starts_with(n.reading, o.text) desc, case when starts_with(n.reading, o.text) then length(o.text) end desc, o.option;

insert into decision_option (indicator, number, option, text, computed)
select n.indicator, n.number, o.option, o.text, c.option = o.option
from indicator_note n
cross join lateral unnest(n.options) with ordinality as o (text, option)
join chosen c using (indicator, number);

update decision_option o set effect = e.effect, value = e.value, computed = true
from (values
    ('2', 1, 1, 'comparator', '<'), ('2', 1, 2, 'comparator', '≤'),
    ('12', 1, 1, 'comparator', '>'), ('12', 1, 2, 'comparator', '≥'),
    ('2', 2, 1, 'base', 'exact'), ('2', 2, 2, 'base', 'inexact'),
    ('12', 3, 1, 'base', 'exact'), ('12', 3, 2, 'base', 'inexact'),
    ('5', 1, 1, 'name', '高校毕业生就业去向落实率'), ('5', 1, 2, 'name', '高校毕业生就业率'),
    ('6', 4, 1, 'season', 'even'), ('6', 4, 2, 'season', 'own'),
    ('8', 1, 1, 'scale', '10000'), ('8', 1, 2, 'scale', '1'),
    ('8', 2, 1, 'total', 'year-ends'), ('8', 2, 2, 'total', 'last-year-end'),
    ('10', 2, 1, 'target', '12.5'), ('10', 2, 2, 'target', '10')
) as e (indicator, number, option, effect, value)
where (o.indicator, o.number, o.option) = (e.indicator, e.number, e.option);

-- What is a matter of words, or of what others report: nothing is computed by it.
update decision_option set computed = true where (indicator, number) in (('1', 2), ('1', 3), ('7', 2), ('12', 2));

insert into decision_choice (indicator, number, revision, option, owner, reason, decided_by, known_at)
select indicator, number, 1, option,
       case when indicator in ('2', '3', '4', '9') then '市统计局' else '市人力资源和社会保障局' end,
       reason, 'proposal', '2000-01-01 00:00+08'
from chosen;

alter table indicator_note drop column options, drop column reading, drop column reason;
comment on table indicator_note is 'Questions that the plan leaves open; see decision_option and decision_choice.';
