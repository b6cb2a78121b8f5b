-- What is counted, and how. Rows are the plan's own words and our readings of them, never constants in code.
create table indicator (
    code              text    collate "C" primary key,
    position          integer not null unique,
    name_zh           text    not null,
    name_en           text    not null,
    definition        text    not null,
    unit              text    not null,
    printed_unit      text    null,
    scale             numeric(9, 0) not null check (scale > 0),
    base_comparator   text    null check (base_comparator in ('=', '≈', '≥', '>')),
    base_value        numeric null,
    base_printed      text    not null,
    target_comparator text    not null check (target_comparator in ('≥', '>', '≤', '<')),
    target_value      numeric not null,
    target_printed    text    not null,
    cumulative        boolean not null,
    attribute         text    not null check (attribute in ('binding', 'expected')),
    direction         text    not null check (direction in ('up', 'down')),
    counting          text    not null check (counting in ('sum', 'persons', 'person-times', 'year-end-stocks', 'ratio', 'level')),
    frequency         text    not null check (frequency in ('month', 'year')),
    city_only         boolean not null,
    document          text    not null,
    source_table      text    not null
);
comment on column indicator.unit is 'Unit of observations, reports and targets.';
comment on column indicator.printed_unit is 'Unit of base_value and target_value as the table prints them; null: the table prints none.';
comment on column indicator.scale is 'Base units in one printed unit: 10000 for 万人.';
comment on column indicator.base_comparator is 'How the table qualifies the base; null: it gives none.';
comment on column indicator.target_comparator is 'How reaching the target is decided; indicator_note says so where the table prints only a number.';
comment on column indicator.cumulative is 'The table prints the target in 〔〕: a total of 2021 to 2025.';
comment on column indicator.counting is 'How monthly values become those of longer periods and of the plan.';
comment on column indicator.city_only is 'Exists for the city only; not applicable in a county.';

-- Where an indicator's values come from, dated: a source may change.
create table indicator_origin (
    indicator  text collate "C" not null references indicator,
    valid_from date not null,
    origin     text not null check (origin in ('derived', 'reported', 'imported')),
    mark       text not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    reason     text not null,
    primary key (indicator, valid_from)
);
comment on column indicator_origin.mark is 'How sure: P plan, S public source, L law, I inference, D design proposal, U unverified.';

-- What the plan leaves open, and how it is read here until the office decides.
create table indicator_note (
    indicator text    collate "C" not null references indicator,
    number    integer not null,
    question  text    not null,
    options   text[]  not null,
    reading   text    not null,
    mark      text    not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    reason    text    not null,
    primary key (indicator, number)
);

-- Facts are of a measure; a measure belongs to one source.
create table measure (
    code   text collate "C" primary key,
    source text not null,
    mode   text not null check (mode in ('sum', 'persons', 'person-times', 'stock', 'level')),
    unit   text not null,
    name   text not null
);
comment on column measure.mode is 'persons: each person key once per calendar year of the event date; stock: as of period end; level: a published figure.';

create table indicator_measure (
    indicator text collate "C" not null references indicator,
    measure   text collate "C" not null references measure,
    role      text not null check (role in ('sum', 'numerator', 'denominator')),
    primary key (indicator, measure)
);
comment on column indicator_measure.role is 'sum: measures are added; numerator and denominator: the value is 100 × numerator ÷ denominator.';

-- Share of a year's target that is expected by the end of each month.
create table season (
    indicator  text     collate "C" not null references indicator,
    valid_from integer  not null,
    shares     numeric[] not null check (cardinality(shares) = 12 and shares[12] = 1),
    mark       text     not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    verified   boolean  not null,
    source     text     not null,
    primary key (indicator, valid_from)
);
comment on column season.valid_from is 'First year it holds for.';
comment on column season.shares is 'Cumulative, 0 to 1; all ones for what is a level to be held.';
