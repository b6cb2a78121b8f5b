-- Who left for work, from where, when and to where; and when they came back.
create table departure (
    departure_id     uuid           primary key,
    revision         integer        not null check (revision > 0),
    person_key       text           not null check (person_key ~ '^[0-9a-f]{32}$'),
    person           bytea          not null,
    region           text           not null check (region ~ '^([0-9]{6}|[0-9]{9})$'),
    departed_on      date           not null,
    returned_on      date           null check (returned_on >= departed_on),
    arrangement      text           not null check (arrangement in ('organised', 'self')),
    organiser        text           null,
    destination      text           not null check (destination ~ '^([0-9]{6}|[0-9]{9}|abroad)$'),
    employer         text           null,
    industry         text           null check (industry ~ '^[A-T]$'),
    monthly_income   numeric(12, 2) null check (monthly_income >= 0),
    synthetic        boolean        not null,
    cancelled_reason text           null,
    recorded_at      timestamptz    not null default now(),
    recorded_by      text           not null,
    check ((arrangement = 'organised') = (organiser is not null))
);
comment on column departure.person_key is 'Keyed hash of the resident identity number; the same person in every register.';
comment on column departure.person is 'Number, name and phone, encrypted; bound to this row.';
comment on column departure.region is 'Home: the county or township that sent the person and counts the departure.';
comment on column departure.destination is 'GB/T 2260 code of a province, prefecture, or a county or township of the city; or abroad (beyond the mainland).';
comment on column departure.industry is 'Section letter of GB/T 4754-2017.';
comment on column departure.monthly_income is 'Yuan per month, as told.';
comment on column departure.synthetic is 'Made up for demonstration.';
comment on column departure.cancelled_reason is 'Why the record counts no more; null while it does.';
create index departure_person on departure (person_key);
create index departure_by_day on departure (departed_on, departure_id);
create index departure_by_region on departure (region text_pattern_ops, departed_on, departure_id);

insert into policy_parameter (code, valid_from, revision, value, unit, document, verified, note, recorded_by) values
('labour_transfer.youngest_age', '2000-01-01', 1, 16, '周岁', '《中华人民共和国劳动法》第十五条', true, null, 'migration'),
('labour_transfer.lowest_monthly_income', '2000-01-01', 1, 300, '元/月', null, false, '合理性校验下限，设计值，待核实。', 'migration'),
('labour_transfer.highest_monthly_income', '2000-01-01', 1, 50000, '元/月', null, false, '合理性校验上限，设计值，待核实。', 'migration');
