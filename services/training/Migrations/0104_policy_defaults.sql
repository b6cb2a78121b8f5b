-- What the rules of subsidies will look up. None has been compared with its document.
insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('training.claim_within', '2000-01-01', 1, 12, null, '月', null, false,
 '自发证之日起申领补贴的期限，转引自外省规定；甘肃文件未查到。', 'migration'),
('training.living_allowance', '2019-01-01', 1, 30, null, '元/天', null, false,
 '就业困难人员、零就业家庭成员、脱贫人口培训期间生活费补贴，转引自 2019 年甘肃报道，未见原文。', 'migration'),
('training.shortest_public_notice', '2000-01-01', 1, 5, null, '工作日', null, false, '补贴公示期，转引自外省规定；甘肃文件未查到。', 'migration'),
('training.class_review', '2000-01-01', 1, 5, null, '工作日', null, false, '开班备案审核时限，转引自外省规定；甘肃文件未查到。', 'migration'),
('training.skill_subsidy', '2025-01-01', 1, null,
 '[{"key": "elementary", "value": 1000}, {"key": "intermediate", "value": 1500}, {"key": "advanced", "value": 2000}]',
 '元', null, false, '失业保险技能提升补贴各等级上限，转引自人社部公众号，未见甘肃文件。', 'migration'),
('training.apprentice_subsidy', '2000-01-01', 1, null, '[{"key": "intermediate", "value": 5000}, {"key": "advanced", "value": 6000}]',
 '元/年', null, false, '企业新型学徒制每人每年补贴，转引自外省规定；甘肃文件未查到。', 'migration'),
('training.apprentice_prepaid_percent', '2000-01-01', 1, 50, null, '%', null, false, '企业新型学徒制预付比例上限，转引自外省规定；甘肃文件未查到。', 'migration');
