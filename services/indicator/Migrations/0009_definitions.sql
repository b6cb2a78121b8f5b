-- Who answers for the figures, and what the plan asks for in its text only: those have no kind, and some no target.
alter table indicator
    add column source_department text not null default '市人力资源和社会保障局',
    alter column target_comparator drop not null,
    alter column target_value drop not null,
    drop constraint indicator_attribute_check,
    add constraint indicator_attribute_check check (attribute in ('binding', 'expected', 'text'));
comment on column indicator.attribute is 'text: the plan names it outside its table, without a kind.';
update indicator set source_department = case code when '2' then '国家统计局武威调查队' else '市统计局' end where code in ('2', '3', '4', '9');
alter table indicator alter column source_department drop default;

insert into indicator (code, position, name_zh, name_en, definition, unit, printed_unit, scale,
    base_comparator, base_value, base_printed, target_comparator, target_value, target_printed,
    cumulative, attribute, direction, counting, frequency, city_only, document, source_table, source_department)
select *, '武政办发〔2022〕10号', '正文', '市人力资源和社会保障局' from (values
    ('contract-signing', 13, '企业劳动合同签订率', 'Signing rate of labour contracts',
     '已签订书面劳动合同的企业职工占应签订职工的百分比。',
     '%', '%', 1, '=', 95.4, '95.4', '≥', 90, '90%以上', false, 'text', 'up', 'ratio', 'year', false),
    ('zero-employment-households', 14, '城镇零就业家庭', 'Urban households without anybody employed',
     '期末经认定、法定劳动年龄内有劳动能力的成员均失业登记且无人就业的城镇家庭户数（时点数）；动态清零。',
     '户', '户', 1, null, null, '—', '≤', 0, '动态清零', false, 'text', 'down', 'year-end-stocks', 'month', false),
    ('registered-unemployment', 15, '城镇登记失业率', 'Registered urban unemployment rate',
     '期末城镇登记失业人数占期末城镇从业人数与登记失业人数之和的百分比；与城镇调查失业率口径不同。',
     '%', '%', 1, '≈', 3.11, '3.11（2016—2020年均值）', null, null, '—', false, 'text', 'down', 'ratio', 'month', false),
    ('arbitration-closing', 16, '劳动人事争议仲裁结案率', 'Closing rate of labour arbitration',
     '仲裁机构结案数占应结案数的百分比。',
     '%', '%', 1, '=', 100, '100', null, null, '—', false, 'text', 'up', 'ratio', 'month', false)
) as row;

insert into indicator_origin (indicator, valid_from, origin, mark, reason)
select code, '2021-01-01', 'reported', 'D', '各县区上报，市级锁定后计入' from indicator where attribute = 'text';

insert into measure (code, source, mode, unit, name) values
    ('indicator.contract-signing.numerator', 'indicator', 'sum', '人', '已签订劳动合同的职工'),
    ('indicator.contract-signing.denominator', 'indicator', 'sum', '人', '应签订劳动合同的职工'),
    ('indicator.zero-employment-households', 'indicator', 'stock', '户', '期末零就业家庭'),
    ('indicator.registered-unemployment.numerator', 'indicator', 'sum', '人', '期末登记失业人数'),
    ('indicator.registered-unemployment.denominator', 'indicator', 'sum', '人', '期末从业与登记失业人数'),
    ('indicator.arbitration-closing.numerator', 'indicator', 'sum', '件', '仲裁结案数'),
    ('indicator.arbitration-closing.denominator', 'indicator', 'sum', '件', '仲裁应结案数');
insert into indicator_measure (indicator, measure, role)
select i.code, m.code, coalesce(nullif(split_part(m.code, '.', 3), ''), 'sum')
from indicator i
join measure m on split_part(m.code, '.', 2) = i.code
where i.attribute = 'text';

insert into season (indicator, valid_from, shares, mark, verified, source)
select code, 2021, array_fill(1.0, array[12]), 'D', false, '水平值，全年均须保持' from indicator where attribute = 'text';

-- Indicators that are computed from others when they are read. A change is a further revision; the highest one holds.
create table indicator_definition (
    code              text    collate "C" not null check (code ~ '^[a-z][a-z0-9-]{2,39}$'),
    revision          integer not null check (revision > 0),
    name_zh           text    not null,
    name_en           text    not null,
    definition        text    not null,
    expression        text    not null,
    missing           text    not null check (missing in ('skip-if-any', 'skip-if-all', 'zero')),
    unit              text    not null,
    direction         text    not null check (direction in ('up', 'down')),
    comparator        text    null check (comparator in ('≥', '>', '≤', '<')),
    target            numeric(18, 4) null,
    document          text    null,
    source_department text    not null,
    reason            text    not null,
    set_by            text    not null,
    known_at          timestamptz not null,
    primary key (code, revision),
    check ((comparator is null) = (target is null))
);
comment on column indicator_definition.expression is 'Over indicators and measures; checked before it is stored.';
comment on column indicator_definition.missing is 'What to do about items without a value.';
call scope_to_city('indicator_definition');

insert into indicator_definition values ('service-share-gain', 1, '服务业就业比重较2020年提高', 'Gain of the service sector''s share since 2020',
    '第三产业就业占比与2020年之差；规划未给出2020年数，有了统计部门公布的数才能计算。', '[4] - [4]@2020', 'skip-if-any', '个百分点', 'up', '≥', 5,
    '武政办发〔2022〕10号', '市统计局', '规划正文', 'proposal', '2000-01-01 00:00+08');
