-- Certificate numbers are compared without blanks and in capitals. At the end of a transaction each is on one training
-- that counts: within it, a batch may hand a number on from one training to another.
update certified_training set certificate_number = upper(regexp_replace(normalize(certificate_number, NFKC), '\s', '', 'g'));
drop index certified_training_certificate;
alter table certified_training add constraint certified_training_certificate
    exclude (certificate_number with =) where (cancelled_reason is null) deferrable initially deferred;
comment on column certified_training.certificate_number is 'Without blanks, in capitals; person_key stands for the holder''s identity number in it.';

insert into policy_parameter (code, valid_from, revision, value, unit, document, verified, note, recorded_by) values
('training.most_hours_a_day', '2000-01-01', 1, 10, '课时/天', null, false, '每天课时数的合理性上限，按起止日期折算，设计值，待核实。', 'migration');
