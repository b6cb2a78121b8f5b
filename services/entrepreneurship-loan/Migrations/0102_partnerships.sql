-- Partnerships borrow through one of the partners. A contract number is compared without blanks and in capitals, and is on
-- one loan that counts at the end of a transaction: within it, a batch may hand it on from one loan to another.
update loan set contract_number = upper(regexp_replace(normalize(contract_number, NFKC), '\s', '', 'g'));
drop index loan_contract;
alter table loan add constraint loan_contract
    exclude (contract_key with =) where (cancelled_reason is null) deferrable initially deferred;

alter table loan
    add column partners integer null check (partners >= 2),
    drop constraint loan_borrower_kind_check,
    drop constraint loan_check2,
    drop constraint loan_check3,
    add constraint loan_borrower_kind_check check (borrower_kind in ('person', 'micro-enterprise', 'partnership')),
    add constraint loan_class_check check ((borrower_kind = 'micro-enterprise') = (borrower_class is null)),
    add constraint loan_enterprise_check check (borrower_kind <> 'micro-enterprise' or credit_code is not null and business_name is not null),
    add constraint loan_partnership_check check ((borrower_kind = 'partnership') = (partners is not null)),
    drop column borrower_key;
alter table loan
    add column borrower_key text not null generated always as (case borrower_kind when 'micro-enterprise' then credit_code else person_key end) stored;
create index loan_borrower on loan (borrower_key);
comment on column loan.contract_number is 'The bank''s, without blanks and in capitals.';
comment on column loan.partners is 'Persons of a partnership, the borrower among them.';

insert into policy_parameter (code, valid_from, revision, value, unit, document, verified, note, recorded_by) values
('loans.partnership_percent', '2020-04-15', 1, 110, '%', null, false,
 '合伙创业最高额度：各合伙人个人额度之和的百分比，且不超过小微企业额度；转引自外地，甘肃文件未查到。', 'migration');
