-- From where on figures are asked about, dated like every figure that policy may change.
insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('quality.score', '2000-01-01', 1, null, '[{"key": "z", "value": 3.5}, {"key": "modified-z", "value": 3.5}, {"key": "min-max", "value": 0.1}]', '倍', null, false,
 '离群值起点。改进 z 值 3.5 为 Iglewicz 和 Hoaglin (1993) 建议值[S]，其余为设计约定[D]。', 'migration'),
('quality.heaping', '2000-01-01', 1, 25, null, '%', null, false, '12 月占全年的比例达到该值时提示；平均为十二分之一。设计约定[D]。', 'migration'),
('quality.round_chance', '2000-01-01', 1, 1, null, '%', null, false, '以 0 结尾的月份多到偶然出现的可能低于该值时提示。设计约定[D]。', 'migration'),
('quality.equal_growth', '2000-01-01', 1, 0.5, null, '%', null, false, '各县区同比之差不超过该百分点数时提示。设计约定[D]。', 'migration'),
('quality.jump', '2000-01-01', 1, 50, null, '%', null, false, '进度预警次月与上年同月之比，超过此前三个月同一比值该比例时提示。设计约定[D]。', 'migration'),
('report.plausible_change', '2000-01-01', 1, null, '[{"key": "count", "value": 50}, {"key": "share", "value": 10}]', '%', null, false,
 '填报数与上期相差达到该比例（人数等）或百分点数（比率）时提示核实。设计约定[D]。', 'migration');
