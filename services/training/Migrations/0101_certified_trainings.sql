-- Trainings that a person finished and was certified for.
create table certified_training (
    certified_training_id uuid        primary key,
    revision              integer     not null check (revision > 0),
    person_key            text        not null check (person_key ~ '^[0-9a-f]{32}$'),
    person                bytea       not null,
    region                text        not null check (region ~ '^([0-9]{6}|[0-9]{9})$'),
    occupation            text        not null check (occupation ~ '^[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}$'),
    occupation_name       text        not null check (occupation_name <> ''),
    level                 text        null check (level in ('apprentice', 'elementary', 'intermediate', 'advanced', 'technician',
        'senior-technician', 'special-technician', 'chief-technician')),
    certificate_kind      text        not null check (certificate_kind in ('vocational-qualification', 'skill-level', 'special-ability', 'training-completion')),
    certificate_number    text        not null check (certificate_number <> ''),
    institution           text        not null check (institution <> ''),
    started_on            date        not null,
    finished_on           date        not null check (finished_on >= started_on),
    certified_on          date        not null check (certified_on >= finished_on),
    hours                 integer     not null check (hours > 0),
    subsidised            boolean     not null,
    synthetic             boolean     not null,
    cancelled_reason      text        null,
    recorded_at           timestamptz not null default now(),
    recorded_by           text        not null,
    check ((level is not null) = (certificate_kind in ('vocational-qualification', 'skill-level')))
);
comment on column certified_training.person_key is 'Keyed hash of the resident identity number; the same person in every register.';
comment on column certified_training.person is 'Number, name and phone, encrypted; bound to this row.';
comment on column certified_training.region is 'The county or township that counts the training.';
comment on column certified_training.occupation is 'Code of the occupational classification of 2022, d-dd-dd-dd.';
comment on column certified_training.level is 'Skill level; certificates of a single ability or of attendance have none.';
comment on column certified_training.hours is 'Class hours.';
comment on column certified_training.synthetic is 'Made up for demonstration.';
comment on column certified_training.cancelled_reason is 'Why the record counts no more; null while it does.';
create index certified_training_person on certified_training (person_key);
create unique index certified_training_certificate on certified_training (certificate_number) where cancelled_reason is null;
create index certified_training_by_day on certified_training (certified_on, certified_training_id);

insert into policy_parameter (code, valid_from, revision, value, unit, document, verified, note, recorded_by) values
('training.most_per_year', '2000-01-01', 1, 3, '次/年', null, false,
 '同一人每自然年享受补贴培训次数上限，转引自外省规定；甘肃文件未查到。', 'migration'),
('training.most_at_once', '2000-01-01', 1, 1, '个', null, false, '同一人同一时间参加培训数上限，设计值，待核实。', 'migration'),
('training.youngest_age', '2000-01-01', 1, 16, '周岁', null, false, '参加培训的最低年龄，设计值，待核实。', 'migration');
