-- 劳动保障监察案件: reports, complaints and wage arrears from filing to closing. Who complained is not kept.
create table labour_case (
    case_id     uuid    primary key,
    region      text    collate "C" not null,
    kind        text    not null check (kind in ('report', 'complaint', 'arrears')),
    respondent  text    not null,
    credit_code text    collate "C" null check (length(credit_code) = 18),
    filed_on    date    not null,
    extended_on date    null check (extended_on >= filed_on),
    due_on      date    null,
    closed_on   date    null check (closed_on >= filed_on),
    outcome     text    null check ((outcome is null) = (closed_on is null)),
    workers     integer null check (workers > 0),
    amount      numeric(18, 2) null check (amount > 0),
    owed_since  date    null,
    mass_event  boolean not null,
    recovered   numeric(18, 2) null check (recovered >= 0),
    note        text    null,
    counts_on   date    generated always as (least(closed_on, due_on)) stored,
    revision    integer not null check (revision > 0),
    changed_by  text    not null,
    changed_at  timestamptz not null,
    check ((kind = 'arrears') = (workers is not null) and (workers is null) = (amount is null) and (amount is null) = (owed_since is null))
);
comment on column labour_case.filed_on is '立案. The clock of 60 working days begins on the day after.';
comment on column labour_case.extended_on is 'Day on which 30 working days more were approved; null: they were not.';
comment on column labour_case.due_on is 'Last day; null: it takes a year whose holidays are not known yet.';
comment on column labour_case.amount is 'Yuan owed.';
comment on column labour_case.owed_since is 'Day on which the oldest unpaid wage was due.';
comment on column labour_case.recovered is 'Yuan paid so far.';
comment on column labour_case.counts_on is 'Day from which the case counts in the closing rate: closed, or should have been.';
create index labour_case_of_region on labour_case (region, filed_on, case_id);
create index labour_case_without_due on labour_case (case_id) where due_on is null;
create index labour_case_counts on labour_case (counts_on, region) include (closed_on);
call scope_by_region('labour_case');

insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('arrears.months_owed', '2000-01-01', 1, null, '[{"key": "yellow", "value": 0}, {"key": "orange", "value": 1}, {"key": "red", "value": 2}]', '个月', null, false,
 '欠薪超过该月数的预警级别：一个月内黄、一至两个月橙、两个月以上红。转引自江苏宝应[S]，甘肃规定未查到。', 'migration'),
('arrears.major_workers', '2000-01-01', 1, 50, null, '人', null, false, '重大欠薪（即为Ⅰ级）的人数起点。全国和甘肃数值未查到；设计约定[D]。', 'migration'),
('arrears.major_amount', '2000-01-01', 1, 1000000, null, '元', null, false, '重大欠薪（即为Ⅰ级）的金额起点。全国和甘肃数值未查到；设计约定[D]。', 'migration');
