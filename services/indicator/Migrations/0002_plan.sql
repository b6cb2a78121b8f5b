-- 专栏1 of 武威市“十四五”促进就业规划 (武政办发〔2022〕10号), row by row.
insert into indicator (code, position, name_zh, name_en, definition, unit, printed_unit, scale,
    base_comparator, base_value, base_printed, target_comparator, target_value, target_printed,
    cumulative, attribute, direction, counting, frequency, city_only, document, source_table)
select *, '武政办发〔2022〕10号', '专栏1' from (values
    ('1', 1, '城镇新增就业人数', 'New urban employment',
     '报告期内城镇累计新就业人数减去自然减员（退休、死亡）人数；不含单位之间的流动。',
     '人', '万人', 10000, '=', 2.06, '2.06', '≥', 7.5, '〔7.5〕', true, 'binding', 'up', 'sum', 'month', false),
    ('2', 2, '城镇调查失业率', 'Surveyed urban unemployment rate',
     '城镇失业人口占城镇就业与失业人口之和的百分比，由国家统计局抽样调查取得；县区没有此数。',
     '%', '%', 1, '≈', 6, '≈6', '<', 6, '<6', false, 'expected', 'down', 'level', 'month', true),
    ('3', 3, '城镇就业占比', 'Urban share of employment',
     '城镇就业人员占全部就业人员的百分比，统计部门年度数据。',
     '%', '%', 1, null, null, '—', '≥', 50, '50', false, 'expected', 'up', 'level', 'year', true),
    ('4', 4, '第三产业就业占比', 'Tertiary share of employment',
     '第三产业就业人员占全部就业人员的百分比，统计部门年度数据。',
     '%', '%', 1, null, null, '—', '≥', 45, '45', false, 'expected', 'up', 'level', 'year', true),
    ('5', 5, '高校毕业生就业去向落实率', 'Placement rate of college graduates',
     '已落实去向（协议或合同就业、创业、灵活就业、升学）的高校毕业生占毕业生总数的百分比。',
     '%', '%', 1, '≥', 90, '≥90', '≥', 90, '≥90', false, 'expected', 'up', 'ratio', 'year', false),
    ('6', 6, '输转城乡富余劳动力', 'Surplus labour transferred',
     '当年输转就业的城乡富余劳动力人数；同一人在同一公历年内只计一次，按外出日期计入当年首次外出的县区。',
     '人', '万人', 10000, '=', 40.09, '40.09', '≥', 200, '〔200〕', true, 'expected', 'up', 'persons', 'month', false),
    ('7', 7, '失业人员实现就业', 'Unemployed persons who found work',
     '报告期内实现就业的登记失业人员人数。',
     '人', '万人', 10000, '=', 0.66, '0.66', '≥', 2.5, '〔2.5〕', true, 'expected', 'up', 'sum', 'month', false),
    ('8', 8, '失业保险参保人数', 'Persons insured against unemployment',
     '报告期末参加失业保险的人数（时点数）。',
     '人', null, 10000, '=', 10.66, '10.66', '≥', 50, '〔50〕', true, 'expected', 'up', 'year-end-stocks', 'month', false),
    ('9', 9, '劳动年龄人口平均受教育年限', 'Mean years of schooling of the working-age population',
     '16至59岁人口受教育年限总和除以该年龄人口数，来自普查或抽样调查。',
     '年', '年', 1, '=', 10.5, '10.5', '≥', 11.1, '11.1', false, 'binding', 'up', 'level', 'year', true),
    ('10', 10, '职业技能培训人数', 'Vocational trainings',
     '报告期内结业并取得证书的职业技能培训人次；一人完成一次培训计一人次。',
     '人次', '万人次', 10000, '=', 3.8, '3.8', '≥', 12.5, '〔12.5〕', true, 'expected', 'up', 'person-times', 'month', false),
    ('11', 11, '创业带动就业', 'Employment through start-ups',
     '创业担保贷款扶持的创业者人数与其吸纳就业人数之和，按放款日期计。',
     '人', '万人', 10000, '=', 0.6, '0.6', '≥', 3, '〔3〕', true, 'expected', 'up', 'sum', 'month', false),
    ('12', 12, '举报投诉案件结案率', 'Closing rate of reported cases',
     '结案数占应结案数的百分比；应结案指法定办理期限已届满的劳动保障监察案件。',
     '%', '%', 1, '>', 97, '>97', '>', 99, '>99', false, 'expected', 'up', 'ratio', 'month', false)
) as row;

insert into indicator_origin (indicator, valid_from, origin, mark, reason)
select code, '2021-01-01', origin, 'D', reason from (values
    ('1', 'reported', '各县区按月上报，市级锁定后计入'),
    ('2', 'imported', '只有统计部门的抽样结果，不得由登记数据推算'),
    ('3', 'imported', '统计部门年度数据'),
    ('4', 'imported', '统计部门年度数据'),
    ('5', 'reported', '各县区按年上报分子和分母'),
    ('6', 'derived', '由劳务输转登记逐人汇总'),
    ('7', 'reported', '各县区按月上报，市级锁定后计入'),
    ('8', 'reported', '各县区按月上报期末数，市级锁定后计入'),
    ('9', 'imported', '普查或抽样调查数据'),
    ('10', 'derived', '由职业技能培训登记逐人次汇总'),
    ('11', 'derived', '由创业担保贷款登记汇总'),
    ('12', 'reported', '各县区按月上报结案数和应结案数')
) as row (code, origin, reason);

insert into measure (code, source, mode, unit, name) values
    ('labour-transfer.persons', 'labour-transfer', 'persons', '人', '输转人员'),
    ('training.person-times', 'training', 'person-times', '人次', '结业并取证的培训'),
    ('loans.borrowers', 'loans', 'sum', '人', '创业担保贷款借款人'),
    ('loans.jobs', 'loans', 'sum', '人', '借款人吸纳就业'),
    ('indicator.1', 'indicator', 'sum', '人', '上报的城镇新增就业'),
    ('indicator.2', 'indicator', 'level', '%', '公布的城镇调查失业率'),
    ('indicator.3', 'indicator', 'level', '%', '公布的城镇就业占比'),
    ('indicator.4', 'indicator', 'level', '%', '公布的第三产业就业占比'),
    ('indicator.5.numerator', 'indicator', 'sum', '人', '已落实去向的毕业生'),
    ('indicator.5.denominator', 'indicator', 'sum', '人', '毕业生总数'),
    ('indicator.7', 'indicator', 'sum', '人', '上报的失业人员实现就业'),
    ('indicator.8', 'indicator', 'stock', '人', '上报的期末参保人数'),
    ('indicator.9', 'indicator', 'level', '年', '公布的平均受教育年限'),
    ('indicator.12.numerator', 'indicator', 'sum', '件', '结案数'),
    ('indicator.12.denominator', 'indicator', 'sum', '件', '应结案数');

insert into indicator_measure (indicator, measure, role)
select split_part(code, '.', 2), code, coalesce(nullif(split_part(code, '.', 3), ''), 'sum') from measure where source = 'indicator'
union all values
    ('6', 'labour-transfer.persons', 'sum'),
    ('10', 'training.person-times', 'sum'),
    ('11', 'loans.borrowers', 'sum'),
    ('11', 'loans.jobs', 'sum');

-- Flows grow with the months, except labour transfer: people leave after the Spring Festival.
insert into season (indicator, valid_from, shares, mark, verified, source)
select code, 2021,
       case when code = '6' then array[0.25, 0.5, 0.75, 0.8167, 0.8833, 0.95, 0.9667, 0.9833, 1, 1, 1, 1]
            when cumulative and counting <> 'year-end-stocks' then (select array_agg(round(m / 12.0, 4) order by m) from generate_series(1, 12) m)
            else array_fill(1.0, array[12]) end,
       'D', false,
       case when code = '6' then '甘肃2022年一季度77.5%、2020年1至5月94.6%，酒泉、武都、秦州上半年90%至105%；取一季度75%、上半年95%、三季度100%，其间按月直线'
            when cumulative and counting <> 'year-end-stocks' then '未见月度目标，按月均匀'
            else '水平值，全年均须保持' end
from indicator;

insert into indicator_note (indicator, number, question, options, reading, mark, reason) values
    ('1', 1, '〔7.5〕是达到还是不低于？', array['=', '≥'], '≥', 'P', '正文写“累计新增就业7.5万人以上”。'),
    ('1', 2, '目标年均1.5万人，低于2020年基数2.06万人和“十三五”累计12.53万人，完成率会超过100%。', array['照实显示', '得分封顶'], '照实显示，得分按方案封顶', 'D', '完成率超过100%是正常结果，不是数据错误。'),
    ('1', 3, '自然减员是否含离职？', array['退休与死亡', '退休、死亡与离职'], '退休与死亡', 'U', '公开资料说法不一。'),
    ('2', 1, '表为“<6”，正文为“控制在6%以内”，6.0%是否达标？', array['<', '≤'], '<（6.0%不达标）', 'D', '以指标表为准，并记录正文用语。'),
    ('2', 2, '基数“≈6”能否用来计算改善幅度？', array['能', '不能'], '不能', 'I', '基数是约数；正文2016至2020年均值3.11%是登记失业率，口径不同。'),
    ('2', 3, '季度、半年和年度取什么值？', array['期内最近一次公布值', '各月平均'], '期内最近一次公布值', 'D', '年度平均由统计部门另行公布，不自行推算。'),
    ('3', 1, '基数“—”是什么？', array['无数据', '零'], '无数据', 'P', '表注①：“—”表示统计指标的变化。'),
    ('3', 2, '只印“50”，超过是否更好？', array['=', '≥'], '≥', 'D', '方向为提高，达到后继续提高不算未完成。'),
    ('4', 1, '正文写服务业就业比重较2020年提高5个百分点，与45%是否同时成立？', array['以45%为准', '以提高5个百分点为准'], '以45%为准', 'D', '基数未给出；隐含基数40%只是推算，不写入程序。'),
    ('4', 2, '只印“45”，超过是否更好？', array['=', '≥'], '≥', 'D', '方向为提高，达到后继续提高不算未完成。'),
    ('5', 1, '正文称“就业率”，表称“就业去向落实率”，是否同一指标？', array['去向落实率', '就业率'], '去向落实率', 'D', '落实率含升学，两者口径不同；以指标表为准，两个名称都保留。'),
    ('5', 2, '每年都要≥90，还是只看2025年？', array['每年', '2025年'], '每年', 'D', '基数与目标相同，只能判断是否守住。'),
    ('6', 1, '单位“万人”，五年〔200〕万大于全市人口，是人还是人次？', array['当年人数逐年相加', '五年不重复人数'], '同一人每年计一次，五年相加（实为人次）', 'I', '省规划同一五年累计数写作“万人次”。'),
    ('6', 2, '〔200〕是下限还是定值？', array['=', '≥'], '≥', 'D', '预期性指标，方向为提高。'),
    ('6', 3, '跨年的外出计入哪一年？', array['外出当年', '每年各计一次'], '外出当年', 'D', '一次外出只登记一次。'),
    ('6', 4, '按月进度怎样看？', array['按月均匀', '前高后低'], '前高后低（一季度75%、上半年95%、三季度100%）', 'D', '省内各地一季度已完成全年七成以上。'),
    ('7', 1, '〔2.5〕是下限还是定值？', array['=', '≥'], '≥', 'D', '预期性指标，方向为提高。'),
    ('7', 2, '目标年均0.5万人，低于2020年基数0.66万人。', array['照实显示', '得分封顶'], '照实显示，得分按方案封顶', 'D', '完成率超过100%是正常结果。'),
    ('8', 1, '表中未印单位。', array['万人', '人'], '万人', 'I', '按数值大小和上下文。'),
    ('8', 2, '参保人数是时点数，却印成五年累计〔50〕。', array['五个年末数之和', '2025年末数', '逐月相加'], '五个年末数之和（年均10万人以上）', 'I', '10.66×5=53.3，与50相近；逐月相加没有意义，系统不做。须由主管部门裁定。'),
    ('8', 3, '缺一个县区时，全市时点数怎样显示？', array['缺数', '其余之和'], '缺数', 'D', '缺县区的时点合计会被误读为下降。'),
    ('9', 1, '年度数据只有普查或抽样年份可得。', array['沿用最近值并注明', '推算'], '沿用最近值并注明', 'D', '不自行推算公布数。'),
    ('9', 2, '只印“11.1”，超过是否更好？', array['=', '≥'], '≥', 'D', '方向为提高，达到后继续提高不算未完成。'),
    ('10', 1, '指标名为“人数”，单位为“人次”。', array['人次', '人'], '人次', 'P', '以单位为准：一人完成一次培训计一人次。'),
    ('10', 2, '表要求五年〔12.5〕万人次（年均2.5），专栏5写年均2万人次以上（五年10万）。', array['12.5', '10'], '12.5', 'D', '以指标表为准，另一数一并说明。'),
    ('10', 3, '〔12.5〕是下限还是定值？', array['=', '≥'], '≥', 'D', '预期性指标，方向为提高。'),
    ('11', 1, '计算方法未写明。', array['创业者与吸纳就业之和', '只计吸纳就业'], '创业者与吸纳就业之和', 'D', '2016至2020年正文以贷款人数和带动人数并列。'),
    ('11', 2, '〔3〕是下限还是定值？', array['=', '≥'], '≥', 'D', '预期性指标，方向为提高。'),
    ('12', 1, '“>99”是否含99.00%？', array['>', '≥'], '>（99.00%不达标）', 'P', '表中为严格大于。'),
    ('12', 2, '分母是立案数还是应结案数？', array['应结案数', '立案数'], '应结案数', 'D', '法定期限60个工作日，可延长30个工作日；未到期的案件不应计入。'),
    ('12', 3, '基数“>97”能否用来计算改善幅度？', array['能', '不能'], '不能', 'I', '基数是不等式。');
