-- What every register has beside its own records.

-- One row for each thing that a rule looks at across records: a person's key, a certificate number, a county's fund.
-- Whoever decides such a rule holds the rows of all keys concerned, taken in the order of the key. Rows are never deleted.
create table guard (
    key text primary key check (key <> '')
);

-- Figures that policy may change. Append-only: the highest revision of (code, valid_from) is the one in force.
create table policy_parameter (
    code        text           not null check (code ~ '^[a-z0-9_.]{1,80}$'),
    valid_from  date           not null,
    revision    integer        not null check (revision > 0),
    value       numeric        not null check (value >= 0 and value < 1e15 and scale(value) <= 4),
    unit        text           not null,
    document    text           null check (document <> ''),
    verified    boolean        not null check (document is not null or not verified),
    note        text           null,
    recorded_at timestamptz    not null default now(),
    recorded_by text           not null,
    primary key (code, valid_from, revision)
);
comment on column policy_parameter.valid_from is 'First day on which the value decides; it holds until a later one.';
comment on column policy_parameter.document is 'Number of the document that sets the value; null: none is known.';
comment on column policy_parameter.verified is 'Whether someone has compared the value with the document.';

insert into policy_parameter (code, valid_from, revision, value, unit, verified, note, recorded_by) values
('register.real_name_from_year', '2000-01-01', 1, 2025, '年', false,
 '自该年起实名逐条登记；此前各年只登记历史合计数，避免同一事项计两次。设计约定，待核实。', 'migration');

-- Monthly totals of the years before people were recorded by name.
create table historic_total (
    region      text           not null check (region ~ '^([0-9]{6}|[0-9]{9})$'),
    measure     text           not null,
    month       date           not null check (extract(day from month) = 1),
    revision    integer        not null check (revision > 0),
    quantity    numeric(18, 0) null check (quantity >= 0),
    source      text           not null check (source <> ''),
    synthetic   boolean        not null,
    recorded_at timestamptz    not null default now(),
    recorded_by text           not null,
    primary key (region, measure, month)
);
comment on column historic_total.month is 'First day of the month.';
comment on column historic_total.quantity is 'In the unit of the measure; null: withdrawn.';
comment on column historic_total.source is 'Where the figure was published, or who vouches for it.';
