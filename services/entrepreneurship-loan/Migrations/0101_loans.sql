-- Guaranteed start-up loans that were paid out, the jobs they made, and when they were paid back.
create table loan (
    loan_id          uuid           primary key,
    revision         integer        not null check (revision > 0),
    person_key       text           not null check (person_key ~ '^[0-9a-f]{32}$'),
    person           bytea          not null,
    region           text           not null check (region ~ '^([0-9]{6}|[0-9]{9})$'),
    county           text           not null generated always as (left(region, 6)) stored,
    borrower_kind    text           not null check (borrower_kind in ('person', 'micro-enterprise')),
    borrower_class   text           null check (borrower_class in ('registered-unemployed', 'hard-to-employ', 'veteran', 'released-prisoner',
        'graduate', 'overcapacity-worker', 'returned-migrant', 'online-merchant', 'lifted-from-poverty', 'rural-entrepreneur')),
    business_name    text           null,
    credit_code      text           null check (credit_code ~ '^[0-9A-Z]{18}$'),
    bank             text           not null,
    contract_number  text           not null,
    amount           numeric(14, 2) not null check (amount > 0),
    annual_rate      numeric        not null check (annual_rate >= 0 and scale(annual_rate) <= 4),
    contracted_on    date           not null,
    disbursed_on     date           not null check (disbursed_on >= contracted_on),
    term_months      integer        not null check (term_months > 0),
    settled_on       date           null check (settled_on >= disbursed_on),
    jobs_created     integer        not null check (jobs_created >= 0),
    synthetic        boolean        not null,
    cancelled_reason text           null,
    recorded_at      timestamptz    not null default now(),
    recorded_by      text           not null,
    borrower_key     text           not null generated always as (case borrower_kind when 'person' then person_key else credit_code end) stored,
    contract_key     text           not null generated always as (bank || '/' || contract_number) stored,
    check ((borrower_kind = 'person') = (borrower_class is not null)),
    check (borrower_kind = 'person' or credit_code is not null and business_name is not null)
);
comment on column loan.person_key is 'Keyed hash of the resident identity number; the same person in every register.';
comment on column loan.person is 'Number, name and phone of the borrower, or of who stands for the enterprise; encrypted, bound to this row.';
comment on column loan.region is 'The county or township that counts the loan; its county''s fund guarantees it.';
comment on column loan.credit_code is 'Unified social credit code (GB 32100-2015).';
comment on column loan.amount is 'Yuan.';
comment on column loan.annual_rate is 'Per cent a year, as contracted.';
comment on column loan.settled_on is 'Day the whole principal was paid back; null while the loan is open and the fund answers for it.';
comment on column loan.jobs_created is 'Jobs for others, the borrower not counted.';
comment on column loan.synthetic is 'Made up for demonstration.';
comment on column loan.cancelled_reason is 'Why the record counts no more; null while it does.';
create index loan_borrower on loan (borrower_key);
create unique index loan_contract on loan (contract_key) where cancelled_reason is null;
create index loan_open on loan (county) include (amount) where settled_on is null and cancelled_reason is null;
create index loan_by_day on loan (disbursed_on, loan_id);

insert into policy_parameter (code, valid_from, revision, value, unit, document, verified, note, recorded_by) values
('loans.person_cap', '2020-04-15', 1, 200000, '元', '财金〔2020〕21号', false, '个人最高额度，转引，未见原文。', 'migration'),
('loans.person_cap', '2023-09-04', 1, 300000, '元', '财金〔2023〕75号', false, '个人最高额度，转引，未见原文。', 'migration'),
('loans.person_longest_term', '2020-04-15', 1, 36, '月', '财金〔2023〕75号', false, '个人最长期限，转引，未见原文。', 'migration'),
('loans.enterprise_cap', '2020-04-15', 1, 3000000, '元', '财金〔2020〕21号', false, '小微企业最高额度，转引，未见原文。', 'migration'),
('loans.enterprise_cap', '2023-09-04', 1, 4000000, '元', '财金〔2023〕75号', false, '小微企业最高额度，转引，未见原文。', 'migration'),
('loans.enterprise_longest_term', '2020-04-15', 1, 24, '月', '财金〔2023〕75号', false, '小微企业最长期限，转引，未见原文。', 'migration'),
('loans.most_in_all', '2000-01-01', 1, 3, '次', null, false, '同一借款人累计次数，转引，未见原文。', 'migration'),
('loans.most_open', '2000-01-01', 1, 1, '笔', null, false, '同一借款人同时未结清笔数，设计值，待核实。', 'migration'),
('loans.highest_annual_rate', '2000-01-01', 1, 6, '%', null, false, '利率合理性上限，设计值；国家与甘肃上限未查到。', 'migration'),
('loans.youngest_age', '2000-01-01', 1, 18, '周岁', '甘人社通〔2024〕299号', false, '转引自临夏市解读。', 'migration'),
('loans.oldest_age_male', '2000-01-01', 1, 60, '周岁', '甘人社通〔2024〕299号', false, '转引自临夏市解读；2025 年起渐进延迟退休，待核实。', 'migration'),
('loans.oldest_age_female', '2000-01-01', 1, 55, '周岁', '甘人社通〔2024〕299号', false, '转引自临夏市解读；2025 年起渐进延迟退休，待核实。', 'migration'),
('loans.guarantee_multiple', '2000-01-01', 1, 5, '倍', '甘人社通〔2024〕299号', false, '责任余额不超过担保基金存款余额的倍数；第十四条只见规则，倍数待核实。', 'migration'),
('loans.guarantee_fund.620602', '2000-01-01', 1, 80000000, '元', null, false, '凉州区担保基金存款余额，设计值，待填。', 'migration'),
('loans.guarantee_fund.620621', '2000-01-01', 1, 40000000, '元', null, false, '民勤县担保基金存款余额，设计值，待填。', 'migration'),
('loans.guarantee_fund.620622', '2000-01-01', 1, 40000000, '元', null, false, '古浪县担保基金存款余额，设计值，待填。', 'migration'),
('loans.guarantee_fund.620623', '2000-01-01', 1, 30000000, '元', null, false, '天祝县担保基金存款余额，设计值，待填。', 'migration');
