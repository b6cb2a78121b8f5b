-- What the rules of review, subsidy and compensation will look up. None has been compared with its document.
insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('loans.qualification_review', '2024-01-01', 1, 7, null, '工作日', '甘人社通〔2024〕299号', false, '人社部门资格审核时限（第十二条），转引，未见原文。', 'migration'),
('loans.due_diligence', '2024-01-01', 1, 3, null, '工作日', '甘人社通〔2024〕299号', false, '担保机构尽职调查时限（第十二条），转引，未见原文。', 'migration'),
('loans.bank_decision', '2024-01-01', 1, 5, null, '工作日', '甘人社通〔2024〕299号', false, '经办银行受理到发放时限（第十二条），有反担保或抵押的可延长；转引，未见原文。', 'migration'),
('loans.refusal_notice', '2024-01-01', 1, 5, null, '工作日', '甘人社通〔2024〕299号', false, '不予办理告知原因的时限（第十二条），转引，未见原文。', 'migration'),
('loans.interest_subsidy_percent', '2023-09-04', 1, 50, null, '%', '财金〔2023〕75号', false, '财政贴息占实际利率的比例，限额和期限以内；转引，未见原文。', 'migration'),
('loans.compensation_after', '2000-01-01', 1, 90, null, '天', null, false, '逾期超过该天数可申请代偿，转引自外省规定；甘肃文件未查到。', 'migration'),
('loans.compensation_percent', '2000-01-01', 1, 80, null, '%', null, false, '担保基金代偿比例，转引自外省规定；甘肃文件未查到。', 'migration'),
('loans.fund_multiple_by_repayment', '2020-04-15', 1, null, '[{"key": "0", "value": 5}, {"key": "90", "value": 10}]', '倍', '财金〔2020〕21号', false,
 '上年到期还款率（%）达到该值时的放大倍数上限，转引自财政部答问；甘肃文件倍数未查到。', 'migration'),
('loans.newly_hired_percent', '2023-09-04', 1, null, '[{"key": "0", "value": 10}, {"key": "101", "value": 5}]', '%', '财金〔2023〕75号', false,
 '小微企业一年内新招用人员占在职职工的最低比例，按职工人数分档；转引自外省执行口径，甘肃比例未见原文。', 'migration');
