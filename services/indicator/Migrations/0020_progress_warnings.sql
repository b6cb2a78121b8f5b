-- Progress behind the plan, in percent of what is due.
insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('progress.behind', '2000-01-01', 1, null, '[{"key": "yellow", "value": 10}, {"key": "orange", "value": 20}, {"key": "red", "value": 30}]', '%', null, false,
 '完成数低于序时目标该比例的，分别为Ⅲ、Ⅱ、Ⅰ级。Ⅲ级与“滞后”的起点一致；规划只要求动态监测和预警，未定等级，设计约定[D]。', 'migration'),
('progress.behind_clear', '2000-01-01', 1, null, '[{"key": "yellow", "value": 5}, {"key": "orange", "value": 15}, {"key": "red", "value": 25}]', '%', null, false,
 '差距低于该值才算回落，防止在起点附近反复。设计约定[D]。', 'migration');
