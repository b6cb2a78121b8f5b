-- The plan's work, sentence by sentence: chapter 三 and 专栏 2 to 7 of 武政办发〔2022〕10号. Its words are never changed.
create table task_group (
    task_group text primary key,
    source     text not null,
    heading    text not null
);
comment on column task_group.source is 'The section or 专栏 it stands in.';

create table task (
    code       text    primary key check (code ~ '^[0-9a-z.]{1,20}$'),
    ordinal    integer not null unique,
    task_group text    not null references task_group,
    sentence   text    not null unique
);
comment on column task.sentence is 'As the plan says it, without blanks.';

-- Who does it, until when, and how it stands. Earlier versions are in the audit trail.
create table task_assignment (
    task               text          primary key references task,
    revision           integer       not null check (revision >= 1),
    departments        text[]        not null check (cardinality(departments) >= 1),
    starts_on          date          not null,
    due_on             date          not null check (due_on > starts_on),
    milestone_days     date[]        not null,
    milestone_percents numeric[]     not null check (cardinality(milestone_percents) = cardinality(milestone_days)),
    note               text          not null,
    unverified         boolean       not null,
    state              text          not null check (state in ('open', 'reported', 'completed')),
    percent            numeric(5, 2) not null check (percent between 0 and 100),
    last_report_on     date          null,
    completed_on       date          null,
    check ((state = 'completed') = (completed_on is not null))
);
comment on column task_assignment.departments is 'The first leads, the others support.';
comment on column task_assignment.milestone_percents is 'How far it is to be by the end of each day.';
comment on column task_assignment.unverified is 'No authority has confirmed who does it and until when: the plan names departments as a whole only.';

create table task_report (
    report_id           uuid          primary key,
    task                text          not null references task,
    departments         text[]        not null,
    department          text          not null,
    percent             numeric(5, 2) not null check (percent between 0 and 100),
    text                text          not null,
    evidence_titles     text[]        not null,
    evidence_references text[]        not null check (cardinality(evidence_references) = cardinality(evidence_titles)),
    completes           boolean       not null,
    answers             uuid          null,
    reported_on         date          not null,
    reported_by         text          not null,
    reported_at         timestamptz   not null,
    accepted            boolean       null,
    review              text          null,
    reviewed_by         text          null check (reviewed_by <> reported_by),
    reviewed_at         timestamptz   null,
    check ((accepted is null) = (reviewed_by is null)),
    check (completes or accepted is null)
);
create index task_report_of_task on task_report (task, reported_at);

create table task_note (
    note_id      uuid        primary key,
    task         text        not null references task,
    departments  text[]      not null,
    kind         text        not null check (kind in ('note', 'yellow-card', 'red-card')),
    text         text        not null,
    issued_on    date        not null,
    reply_due_on date        null,
    issued_by    text        not null,
    issued_at    timestamptz not null
);
create index task_note_of_task on task_note (task, issued_at);
alter table task_report add foreign key (answers) references task_note;

-- What makes a light yellow or red; the last that is in force on a day counts.
create table task_rule (
    valid_from    date      primary key,
    yellow_behind numeric   not null check (yellow_behind >= 0),
    red_behind    numeric   not null check (red_behind > yellow_behind),
    due_soon      integer   not null check (due_soon >= 0),
    report_every  integer   not null check (report_every > 0),
    remind_before integer[] not null,
    remind_after  integer[] not null,
    reply_within  integer   not null check (reply_within > 0),
    document      text      not null,
    unverified    boolean   not null
);
comment on column task_rule.yellow_behind is 'Percentage points behind the last milestone; more is yellow.';
comment on column task_rule.due_soon is 'Working days before it is due.';
comment on column task_rule.report_every is 'Days; without a report for longer it is yellow, for twice as long red.';
comment on column task_rule.remind_before is 'Working days before it is due.';
comment on column task_rule.reply_within is 'Working days in which a card is answered.';

create trigger kept before update or delete on task_group for each row execute function only_appended_to();
create trigger kept before update or delete on task for each row execute function only_appended_to();
create trigger kept_whole before truncate on task_group for each statement execute function only_appended_to();
create trigger kept_whole before truncate on task for each statement execute function only_appended_to();

-- A department sees and reports what is its own, the assessment office sees and sets all; the city's callers only.
do $$
declare
    owned text;
begin
    foreach owned in array array['task_assignment', 'task_report', 'task_note'] loop
        execute format('alter table %I enable row level security', owned);
        execute format('create policy seen on %I for select using (''620600'' like (select scope_reads()) and ((select scope_department()) = any (departments) or (select scope_department()) = ''assessment''
            or split_part(current_setting(''app.scope'', true), ''|'', 4) = ''system''))', owned);
        execute format('create policy added on %I for insert with check (''620600'' like (select scope_writes()) and ((select scope_department()) = any (departments) or (select scope_department()) = ''assessment''))', owned);
        execute format('create policy changed on %I for update using (''620600'' like (select scope_writes()) and ((select scope_department()) = any (departments) or (select scope_department()) = ''assessment'')) with check (true)', owned);
    end loop;
end
$$;

insert into task_group values
    ('3.1.1', '三（一）', '加快培育高质量发展新动能'),
    ('3.1.2', '三（一）', '合理扩大有效投资带动就业'),
    ('3.1.3', '三（一）', '大力发展数字经济新业态'),
    ('3.1.4', '三（一）', '全力支持中小微企业发展'),
    ('b2.1', '专栏2', '特色产业集聚工程'),
    ('b2.2', '专栏2', '新兴产业培育工程'),
    ('3.2.1', '三（二）', '加大创新创业政策宣传'),
    ('3.2.2', '三（二）', '加快创新创业平台建设'),
    ('3.2.3', '三（二）', '不断拓展投融资渠道'),
    ('3.2.4', '三（二）', '促进创新创业环境优化'),
    ('b3.1', '专栏3', '创新创业政策宣传提升工程'),
    ('b3.2', '专栏3', '创新创业平台建设提升工程'),
    ('3.3.1', '三（三）', '鼓励高校毕业生多渠道就业创业'),
    ('3.3.2', '三（三）', '切实做好就业困难人员配套保障工作'),
    ('3.3.3', '三（三）', '稳定脱贫人口就业'),
    ('3.3.4', '三（三）', '配套退役军人就业创业服务'),
    ('b4.1', '专栏4', '高校毕业生就业创业促进工程'),
    ('b4.2', '专栏4', '就业困难人员就业创业保障工程'),
    ('b4.3', '专栏4', '脱贫人口就业创业稳定工程'),
    ('b4.4', '专栏4', '退役军人就业创业保障工程'),
    ('3.4.1', '三（四）', '加大职业技能培训力度'),
    ('3.4.2', '三（四）', '不断创新培训组织形式'),
    ('3.4.3', '三（四）', '夯实培训保障支持体系'),
    ('b5.1', '专栏5', '就业创业技能培训工程'),
    ('b5.2', '专栏5', '技能大师工作室、职业技能大赛创建工程'),
    ('3.5.1', '三（五）', '建立健全公共就业创业服务体系'),
    ('3.5.2', '三（五）', '完善人力资源市场机制'),
    ('3.5.3', '三（五）', '大力提升人力资源服务质量'),
    ('b6.1', '专栏6', '人力资源服务骨干企业培育工程'),
    ('b6.2', '专栏6', '专项招聘服务系列提升工程'),
    ('b6.3', '专栏6', '劳动力市场、人才市场、零工市场建设工程'),
    ('3.6.1', '三（六）', '建立健全重点人才培养机制'),
    ('3.6.2', '三（六）', '健全技能人才评价机制'),
    ('3.6.3', '三（六）', '健全收入分配激励机制'),
    ('3.6.4', '三（六）', '健全就业形势监测研判机制'),
    ('3.6.5', '三（六）', '防范化解规模性失业风险'),
    ('b7.1', '专栏7', '监测网络平台建设工程'),
    ('b7.2', '专栏7', '失业动态监测机制建设工程');

insert into task values
    ('3.1.1.1', 1, '3.1.1', '深入实施创新驱动发展战略，无中生有发展新兴产业，有中生新改造提升传统产业，小中生大做大增量产业规模，加快培育高质量发展新动能，在新旧动能转换中优化就业结构，不断扩大就业总量。'),
    ('3.1.1.2', 2, '3.1.1', '完善多元化产业体系，加快推进沿山沿川沿沙“三大特色产业带”建设，发展壮大“8+N”现代农业优势主导产业，提升就业岗位创造能力。'),
    ('3.1.1.3', 3, '3.1.1', '培育发展战略性新兴产业，挖掘就业潜力，推动新材料、新能源、生物医药、信息技术、节能环保等重点战略性新兴产业发展，突出骨干企业带动作用，提高战略性新兴产业的整体就业带动能力。'),
    ('3.1.1.4', 4, '3.1.1', '推进旅游与文化、体育、教育、康养、农业、交通等领域深度融合发展，打响“天马行空·自在武威”文化旅游品牌，拓宽就业领域。'),
    ('3.1.1.5', 5, '3.1.1', '积极承接产业转移，引导劳动力合理有序流动，形成经济发展与扩大就业良性互动的发展格局。'),
    ('3.1.2.1', 6, '3.1.2', '以更实举措抓投资促消费，超前谋划项目、全力建好项目、积极引进项目，加快推进重大项目建设，扩大战略性新兴产业投资规模，充分发挥投资项目拉动就业效应。'),
    ('3.1.2.2', 7, '3.1.2', '实施城镇老旧小区改造、棚户区改造、农村住房改造提升等工程项目建设，提升政府投资项目带动就业的能力。'),
    ('3.1.2.3', 8, '3.1.2', '政府投资、审批核准和评审重大项目时，把增加就业岗位和提升人力资源配置效率作为评价的重要指标，同等条件下应优先安排创造就业岗位多、带动收入增长快、催生创业空间大的项目。'),
    ('3.1.3.1', 9, '3.1.3', '推进产业数字化转型，探索线上服务新领域，开发更多新型就业模式，创造更多就业岗位。'),
    ('3.1.3.2', 10, '3.1.3', '积极培育新型个体经济，发展微商电商、网络直播等，实现多样化自主就业、分时就业。'),
    ('3.1.3.3', 11, '3.1.3', '大力发展农村电子商务，加大对特色农产品推介营销的支持力度，为返乡青年创造更多就业岗位。'),
    ('3.1.3.4', 12, '3.1.3', '充分利用“互联网+”，加强生产要素培育，促进产业结构升级，催生新产业、新业态、新模式，创造更多有效供给，培育新的经济增长点和就业增长点，有效扩大就业容量。'),
    ('3.1.4.1', 13, '3.1.4', '引导中小微企业走“专精特新”发展之路，拓展经营领域，降低企业经营成本，提高资源使用效率。'),
    ('3.1.4.2', 14, '3.1.4', '提升中小微企业知识产权保护力度，加大对中小微企业的金融支持。'),
    ('3.1.4.3', 15, '3.1.4', '指导企业改善用工管理，对各类企业新聘用劳动者给予就业支持，加强劳动密集型产业发展，改造提升传统产业，努力稳定现有就业岗位，充分发挥中小微企业吸纳就业的主渠道作用，不断提高企业带动就业能力。'),
    ('3.1.4.4', 16, '3.1.4', '鼓励银行完善金融服务，加大对民营企业和中小微企业的绩效考核激励机制，增加中小微企业中长期贷款和信用贷款，千方百计为市场主体特别是中小微企业纾难解困，推动民营经济健康发展。'),
    ('b2.1.1', 17, 'b2.1', '支持县区培育一批特色产业集群，着力打造沿山沿川沿沙“三大特色产业带”，大力发展牛羊猪禽果菜菌草“8+N”农业优势主导产业，发展形成羊、奶、猪等百亿级特色产业集群，打造西北丝路寒旱农业发展示范基地、全国重要的优质绿色食品生产供应基地、河西走廊黄金奶源基地和甘肃乳都，不断扩大就业容量。'),
    ('b2.2.1', 18, 'b2.2', '依托国家火炬天祝高性能碳基新材料特色产业基地，支持碳化硅企业引进先进适用技术，研发碳化硅粉体等高新技术产品，支持发展新能源电池材料和高性能石墨精深加工产业，培育新材料产业集群。'),
    ('b2.2.2', 19, 'b2.2', '大力发展智能机器人、智能可穿戴设备、智能家居等新型智能产品，加快智能工厂和数字化车间建设。'),
    ('b2.2.3', 20, 'b2.2', '在重点企业、重点园区、重点工业领域，实施工业互联网平台培育工程，提升网络基础设施互联互通水平。'),
    ('3.2.1.1', 21, '3.2.1', '充分利用报刊、电视、广播、新媒体等平台宣传大众创业、万众创新的优惠政策和先进典型，使各项就业创业优惠政策深入人心、家喻户晓。'),
    ('3.2.1.2', 22, '3.2.1', '积极贯彻落实近年来省、市制定出台的各项促进创业就业政策，制定配套方案，逐渐完善就业创业工作政策扶持体系。'),
    ('3.2.1.3', 23, '3.2.1', '探索对创造性劳动给予合理分成，激活全社会创新创业创富的积极性、主动性和创造性，不断优化创新创业的政策环境。'),
    ('3.2.2.1', 24, '3.2.2', '认真落实科技创新相关政策，建设众创空间等创新平台，鼓励开展创新创业。'),
    ('3.2.2.2', 25, '3.2.2', '加强创业服务机构统筹建设和布局，探索综合运用购买服务、资金补助、无偿资助等方式，加快建设一批技术市场、生产力促进中心、技术服务中心等众创服务平台，为创业者提供政策咨询、创业咨询、技术转移、融资服务、市场策划等“一站式”创新创业服务，着力增强高质量就业的科技支撑力。'),
    ('3.2.2.3', 26, '3.2.2', '创建创业导师制度，聚集一批熟悉经营管理的创业导师开展创业培训，提高创新创业者的专业素质和能力。'),
    ('3.2.3.1', 27, '3.2.3', '按照政府引导、市场化运作、专业化管理的原则，引导社会资金和金融资本支持创业活动，壮大创业投资规模。'),
    ('3.2.3.2', 28, '3.2.3', '支持设立创业投资引导基金，用好风险投资、创业投资政策，促进新兴产业领域早中期、初创期企业发展。'),
    ('3.2.3.3', 29, '3.2.3', '积极争取开展股权众筹融资试点，推动多渠道股权融资，探索发展互联网金融，鼓励发展新型金融机构和融资服务机构支持大众创业。'),
    ('3.2.4.1', 30, '3.2.4', '深入推进“放管服”改革，释放创新创业活力，全面推进企业登记制度改革，推进审查事项、办事流程、数据交换等标准化建设，取消约束创新创业活力的行政许可事项，制定多渠道灵活就业、网络就业创业、外出就业和回乡创业等支持政策，强化职业技能培训，提升就业质量。'),
    ('3.2.4.2', 31, '3.2.4', '积极营造尊重创业、崇尚创业、支持创业、竞相创业的政策环境和良好社会氛围，加快形成创业带动就业的倍增效应。'),
    ('3.2.4.3', 32, '3.2.4', '支持和规范发展新型就业形态，构建全流程信用监管机制，引导和规范共享经济良性健康发展，完善对“互联网+”、数字经济等新业态、新模式的监管机制。'),
    ('b3.1.1', 33, 'b3.1', '采用“线上+线下”的形式大力宣传大众创业、万众创新优惠政策和先进典型；鼓励引导科研人员、大学生、返乡农民、退役军人创新创业。'),
    ('b3.2.1', 34, 'b3.2', '加快凉州区省级“双创”示范基地建设，在培育众创空间、孵化基地、返乡创业园等方面实现重大突破。'),
    ('3.3.1.1', 35, '3.3.1', '鼓励国有企业、规模以上企业扩大招聘规模，增加招聘高校毕业生的比例，引导中小微企业吸纳高校毕业生就业。'),
    ('3.3.1.2', 36, '3.3.1', '鼓励机关事业单位、社会组织、大中型企业提供高质量见习岗位，优先推荐招聘城乡低保家庭和就业困难的高校毕业生。'),
    ('3.3.1.3', 37, '3.3.1', '严格落实各项扶持政策，以离校未就业高校毕业生为重点，全面梳理高校毕业生就业创业政策措施，及时调整并发布政策清单、服务清单、服务机构联络清单。'),
    ('3.3.1.4', 38, '3.3.1', '统筹实施基层服务项目，落实学费代偿、资金补贴、税费减免等扶持政策，进一步引导和鼓励高校毕业生到基层、中小微企业就业。'),
    ('3.3.1.5', 39, '3.3.1', '健全基层服务保障机制，畅通流动渠道，拓展基层高校毕业生职业发展通道，提升基层就业待遇。'),
    ('3.3.1.6', 40, '3.3.1', '加强对高校毕业生的技能培训，积极推行校企联合，鼓励学校与企业联合开展科技攻关和技术革新项目，培养学生创新精神、创业意识和创造能力，把有创业愿望且具备一定创业能力的高校毕业生列为创业扶持对象，有针对性地提供政策扶持、创业培训和创业服务。'),
    ('3.3.1.7', 41, '3.3.1', '开展精准宣传动员和重点征集，引导高校毕业生参军入伍，畅通大学生入伍绿色通道。'),
    ('3.3.2.1', 42, '3.3.2', '对通过市场渠道难以就业的困难人员给予再就业帮扶，对符合救助条件的及时纳入社会救助，确保就业困难人员的基本生活有保障。'),
    ('3.3.2.2', 43, '3.3.2', '通过公益性岗位托底帮扶一批大龄就业困难人员、零就业家庭人员，实现低保家庭有劳动能力的成员至少有一人就业，根据地方最低工资标准适当提高就业困难人员公益性岗位补贴，落实社会保险补贴。'),
    ('3.3.2.3', 44, '3.3.2', '对就业困难人员和零就业家庭成员开展实名制动态管理和分类帮扶，提供“一对一”就业援助，做到零就业家庭动态清零。'),
    ('3.3.2.4', 45, '3.3.2', '加强社会救助与就业联动，通过“低保渐退”等措施，增强其就业意愿和就业稳定性。'),
    ('3.3.2.5', 46, '3.3.2', '营造公平就业环境，做好残疾人、少数民族劳动者的就业促进工作，积极引导各类用人单位开发适合残疾人就业的岗位，扶持残疾人自主创业和灵活就业。'),
    ('3.3.2.6', 47, '3.3.2', '消除针对特定群体的就业歧视，推进戒毒康复人员、刑满释放人员等特殊群体就业。'),
    ('3.3.3.1', 48, '3.3.3', '完善市县互通、多部门参与防止返贫动态监测和精准帮扶机制，继续对脱贫县区、脱贫村和低收入人口开展监测预警。'),
    ('3.3.3.2', 49, '3.3.3', '健全脱贫人口、农村低收入人口就业帮扶长效机制，保持脱贫人口就业领域的扶持政策，实现帮扶政策和帮扶力量总体稳定。'),
    ('3.3.3.3', 50, '3.3.3', '健全有组织的劳务输出工作机制，将脱贫人口作为优先保障对象，稳定外出务工规模。'),
    ('3.3.3.4', 51, '3.3.3', '支持脱贫地区大力发展优势特色产业，参照以工代赈项目实施。'),
    ('3.3.3.5', 52, '3.3.3', '继续发挥就业帮扶车间、社区工厂等就业载体作用，为脱贫人口创造“家门口”的就业机会。'),
    ('3.3.4.1', 53, '3.3.4', '加强对退役军人的教育培训和就业指导服务，落实各项优惠政策，鼓励自主择业军转干部、复员干部、自主就业退役士兵就业创业。'),
    ('3.3.4.2', 54, '3.3.4', '坚持政府推动、政策优先，市场导向、需求牵引，自愿选择、自主作为，社会支持、多方参与，调动各方面力量共同推进，保障新时代退役军人充分就业。'),
    ('3.3.4.3', 55, '3.3.4', '加大退役军人就业支持力度，落实公务员、事业单位招聘退役军人相关优惠政策，并在同等条件下优先录用，通过专场招聘、企业招聘等方式，促进多渠道就业。'),
    ('3.3.4.4', 56, '3.3.4', '退役士兵报考公务员、应聘事业单位职位的，在军队服现役经历可视为基层工作经历，服现役年限计算为工作年限。'),
    ('3.3.4.5', 57, '3.3.4', '强化对退役军人的创业扶持，创建创业孵化基地，营造良好的创业环境，统筹做好随军家属就业工作。'),
    ('b4.1.1', 58, 'b4.1', '指导国有企业健全公开竞争、择优的市场化招聘制度，实施好“三支一扶（支教、支农、支医和扶贫）计划”、“大学生志愿服务西部计划”、“农村义务教育阶段学校教师特设岗位计划”、“1万名未就业高校毕业生到基层就业”等基层就业项目，选拔派遣高校毕业生到基层服务。'),
    ('b4.2.1', 59, 'b4.2', '设立就业困难人员“就业创业援助套餐”（包括职业介绍、就业创业培训、创业贷款担保等），不断开发公益性岗位，鼓励企业（单位）吸纳就业困难人员就业。'),
    ('b4.2.2', 60, 'b4.2', '在春风行动、就业援助月等大型活动中设立“就业困难人员”专区，有针对性地帮扶就业。'),
    ('b4.3.1', 61, 'b4.3', '支持脱贫地区充分利用特色资源，发展特色产业，吸纳脱贫人口就近就业。'),
    ('b4.3.2', 62, 'b4.3', '有序开展多渠道灵活就业、网络就业创业、外出就业集中输转工作，拓展脱贫人口就业创业空间。'),
    ('b4.4.1', 63, 'b4.4', '探索退役军人“直通车”式安置，推开“先入校回炉、再就业创业”的模式挖掘更多适合退役军人的就业岗位，支持退役军人自主就业。'),
    ('3.4.1.1', 64, '3.4.1', '督促指导行业、企业和市县人力资源社会保障部门做好各类培训组织工作，广泛动员劳动者参加各类技能培训。'),
    ('3.4.1.2', 65, '3.4.1', '对接人力资源市场、企业和劳动者需求，及时发布培训项目目录、培训机构目录、培训种类方式以及就业信息等。'),
    ('3.4.1.3', 66, '3.4.1', '支持技工院校、职业院校、职业培训机构、企业培训中心等开展定向、定岗、订单培训，提升培训质量。'),
    ('3.4.1.4', 67, '3.4.1', '利用互联网、手机客户端等平台载体，积极开展线上职业技能培训。'),
    ('3.4.2.1', 68, '3.4.2', '建设一批适合全市发展的培训基地和实训基地，充分运用“互联网+”，支持数字培训课程的研发及网上创业平台培训，推广“互联网+”创业培训新模式，大规模开展开放式在线培训。'),
    ('3.4.2.2', 69, '3.4.2', '加强远程公益创业培训，增强教育培训的灵活性，组织实践工作经验丰富的老技工、高级技师和技术人员等参与培训，全方位系统讲解专业知识，将原来单一的“讲一听”教学形式，变为职工之间“互学、互问、互答”的模式，促使学用结合、学以致用。'),
    ('3.4.2.3', 70, '3.4.2', '将“以工代训”模式、“企业新录用人员岗位技能培训”模式逐步推广，鼓励企业根据自身生产需求合理调整培训时间。'),
    ('3.4.3.1', 71, '3.4.3', '由人社部门统筹编制年度培训计划和培训预算，财政部门给予有效的资金支持，各职能部门按资金使用办法负责实施，确保培训区域、培训对象不重复、不留空。'),
    ('3.4.3.2', 72, '3.4.3', '联合武威职业学院、甘肃畜牧工程职业技术学院等职业院校和技工学校开展培训合作，建设一批高技能人才培训基地。'),
    ('3.4.3.3', 73, '3.4.3', '建立培训成本目录清单，明确市级部门、县区、乡镇培训分工责任。'),
    ('3.4.3.4', 74, '3.4.3', '借助广播、电视、报刊和网络等新媒体多途径宣传政府就业创业扶持政策，扩大知晓度。'),
    ('3.4.3.5', 75, '3.4.3', '建立职业培训补贴资金增长机制，逐步提高职业培训补贴资金占就业专项资金的比例，优化培训的职业（工种）结构，使培训资金向急需、紧缺职业（工种）倾斜。'),
    ('3.4.3.6', 76, '3.4.3', '扩大补贴人员范围，简化补贴申请程序，完善职业培训补贴监督机制，推动落实劳动者自主选择、按标准领取补贴的服务方式。'),
    ('b5.1.1', 77, 'b5.1', '加大技能培训力度，提升技能培训质量，年均培训劳动力2万人次以上。'),
    ('b5.1.2', 78, 'b5.1', '运用“互联网+”，在全市现有4所技工学校、60多家职业培训机构、20家创业就业孵化示范基地（园区）基础上，培育建设一批培训基地和实训基地。'),
    ('b5.2.1', 79, 'b5.2', '根据产业发展需要，在市级层面建立技能大师工作室，发挥技能大师的传帮带作用。'),
    ('b5.2.2', 80, 'b5.2', '引导支持全市结合当地特色产业发展情况，举办有特色的职业技能竞赛。'),
    ('3.5.1.1', 81, '3.5.1', '优化公共就业服务机构设置，完善基层服务平台，构建覆盖城乡的公共就业服务网络。'),
    ('3.5.1.2', 82, '3.5.1', '加大力度落实创业担保贷款政策，完善担保贷款贴息机制，为创业者提供有效资金支持。'),
    ('3.5.1.3', 83, '3.5.1', '创建创业服务网站，设立创业项目库，大力开展创业项目征集、创业项目推介，及时为创业者提供创业资讯和专业指导。'),
    ('3.5.1.4', 84, '3.5.1', '推进“公共就业、创业服务信息化提升工程”建设，按照统一建设、业务协同、资源共享的原则，努力打造“智慧就业”服务平台，积极融入国家“一带一路”人力资源服务行动计划。'),
    ('3.5.1.5', 85, '3.5.1', '推进公共就业服务和社会保障服务“一卡通”，逐步使各项就业补助通过社会保障卡实名制发放。'),
    ('3.5.1.6', 86, '3.5.1', '以公共就业服务机构为载体，将就业服务网络向农村延伸，搭建城乡统筹的公共就业服务平台，逐渐形成城乡统筹、有效衔接的公共就业服务网络。'),
    ('3.5.1.7', 87, '3.5.1', '推动线下实体网点服务与线上互联网服务融合，提升线下服务速度与效率，改善线下服务体验，拓宽线上服务的广度和深度，推动就业服务实现“线上线下”同步联动。'),
    ('3.5.2.1', 88, '3.5.2', '监督用人单位依法开展招聘工作，维护劳动者平等就业权利，依法落实对服务期、从业限制、保密等方面的规定，保障劳动者合法权益。'),
    ('3.5.2.2', 89, '3.5.2', '健全完善与市场监管部门的信息沟通机制，规范人力资源服务机构经营范围登记与经营许可的衔接。'),
    ('3.5.2.3', 90, '3.5.2', '依法规范实施人力资源市场行政许可，尊重劳动者和用人单位市场主体地位。'),
    ('3.5.2.4', 91, '3.5.2', '强化日常监督检查，开展人力资源市场秩序清理整顿专项行动，指导和督促网络招聘平台建立和完善投诉处理机制，及时进行调查处理，对发布虚假信息以及其他违法违规行为的，暂停或终止提供服务。'),
    ('3.5.3.1', 92, '3.5.3', '不断优化服务流程，完善服务功能，推进就业服务标准化建设，提高就业服务质量和效率。'),
    ('3.5.3.2', 93, '3.5.3', '以产业引导、政策扶持和环境营造为重点，规范发展人事代理、人才推荐、人员培训、劳务派遣等人力资源服务。'),
    ('3.5.3.3', 94, '3.5.3', '加强统筹规划和政策引导，依托重大项目和龙头企业，培育创新发展、符合市场需求的人力资源服务产业园。'),
    ('3.5.3.4', 95, '3.5.3', '实施“互联网+人力资源服务”行动，培育壮大人力资源服务产业，加强从业人员职业培训，加快市场供求信息监测和发布制度建设。'),
    ('3.5.3.5', 96, '3.5.3', '运用就业专项补助等资金，支持各类劳动力市场、人才市场、零工市场建设，为有意愿有能力的人创造更多公平就业机会。'),
    ('b6.1.1', 97, 'b6.1', '立足武威人力资源服务企业发展状况，选择一批有核心产品、成长性好、具有竞争优势的人力资源服务企业进行重点培育，推动人力资源服务业细化专业分工。'),
    ('b6.1.2', 98, 'b6.1', '积极融入国家“一带一路”人力资源服务行动计划。'),
    ('b6.2.1', 99, 'b6.2', '持续开展就业援助月，春风行动，重点企业、重点项目招聘专项活动，民营企业招聘月，残疾人就业帮扶活动，百日千万网络招聘专项行动，高校毕业生就业服务活动，金秋招聘月，高校毕业生就业服务周等招聘活动，创新活动方式，丰富活动内容，促进供需匹配。'),
    ('b6.3.1', 100, 'b6.3', '支持凉州区建设统一的劳动力市场，结合本区域发展战略和产业结构，建设专业性人才市场和零工市场，在“智慧武威·城市大脑”建立公共就业创业服务平台。'),
    ('3.6.1.1', 101, '3.6.1', '以市、县、区经济发展需求为导向，明确促进就业的重点工作，建立人才培养机制。'),
    ('3.6.1.2', 102, '3.6.1', '优化人才培养方式，强化知识培训和技能培训，组织重点人才到外地学习先进经验，以优带弱，实现共同进步。'),
    ('3.6.1.3', 103, '3.6.1', '优先培养紧缺人才队伍，加快高技能专业人才的培养、引进力度，提高自主创新和研发能力。'),
    ('3.6.1.4', 104, '3.6.1', '大力发展职业教育，紧密结合全市支柱产业、优势产业、特色产业、新兴产业和市场需求，加强职业技术教育学科和专业建设。'),
    ('3.6.2.1', 105, '3.6.2', '根据《国家职业资格目录》制定职业技能等级考核标准、工作流程、质量规范。'),
    ('3.6.2.2', 106, '3.6.2', '实施职业资格目录清单管理制度，严格落实清单之外职业一律停止鉴定发证，清单之内除准入类职业资格外一律不得与就业创业挂钩。'),
    ('3.6.2.3', 107, '3.6.2', '充分发挥企业（行业）培养和评价技能人才的主体作用，提高企业（行业）评价自主权。'),
    ('3.6.2.4', 108, '3.6.2', '支持院校学生参加社会化职业技能鉴定，引导职业院校采取单元式教学、模块化考核、学分制管理，突出对职业院校学生的职业技能评价，使其在毕业时同时取得学历证书和相应的职业资格证书。'),
    ('3.6.2.5', 109, '3.6.2', '完善技能竞赛选拔认定评价，实行突出业绩认定评价，在技能竞赛选拔中合格者或在行业做出突出贡献者可颁发相应等级的职业资格证书。'),
    ('3.6.2.6', 110, '3.6.2', '进一步深化全市职称制度改革，推行职业技能等级制度，加强大数据与人工智能专业技术人才队伍建设，制定大数据、人工智能、云计算、物联网、区块链和数字化管理等专业人才职称聘任方案，探索由企业用人单位和社会培训评价组织开展职业技能等级认定工作。'),
    ('3.6.3.1', 111, '3.6.3', '深入推进工资收入分配制度改革，逐步在各类企业建立工资集体协商制度，健全并落实最低工资制度，完善劳动定额管理体制。'),
    ('3.6.3.2', 112, '3.6.3', '逐步建立健全重点行业企业工资保证金制度，从源头上预防拖欠劳动者工资等现象发生。'),
    ('3.6.3.3', 113, '3.6.3', '建立健全欠薪预测预警信息收集和重大欠薪事件逐级报告制度，实现信息共享和应急联动，有效防范群体性事件发生。'),
    ('3.6.3.4', 114, '3.6.3', '对拒不支付劳动报酬构成犯罪的，依法做好调查、移交、侦办、侦查批捕、起诉、审判等工作，切实维护劳动者合法权益。'),
    ('3.6.3.5', 115, '3.6.3', '规范和畅通解决拖欠劳动者工资问题的法律渠道，切实加大对拖欠工资涉法涉诉案件的督办力度。'),
    ('3.6.4.1', 116, '3.6.4', '推进就业统计调查信息化建设，依托行业组织，建立健全行业人力资源需求预测和就业状况定期发布制度和信息共享机制。'),
    ('3.6.4.2', 117, '3.6.4', '建立失业预警制度，监测失业并适时采取措施将城镇调查失业率控制在6%以内。'),
    ('3.6.4.3', 118, '3.6.4', '加强就业信息网的建设，在更大的范围内优化配置人力资源，为劳动者提供更多更适宜的劳动机会。'),
    ('3.6.4.4', 119, '3.6.4', '推进大数据在就业统计监测领域的应用，加快构建就业失业监测网络，实现劳动力市场、企业用工主体和劳动者个体全覆盖，全面反映就业增长、失业水平、市场供求状况。'),
    ('3.6.5.1', 120, '3.6.5', '加强风险监测预警和应对处置，及时制定完善应对重大公共安全、卫生等事件的稳就业预案，切实做好失业保障。'),
    ('3.6.5.2', 121, '3.6.5', '不断优化调整全市监测企业样本，重点监测企业用工异常、岗位流失和职工下岗失业等情况，确保对规模性失业情况做到早发现、早处置。'),
    ('3.6.5.3', 122, '3.6.5', '切实增强风险意识和底线思维，加强风险评估，适时发布失业预警信息，加强规模性失业风险应急处置。'),
    ('b7.1.1', 123, 'b7.1', '加强移动通信、网络招聘等大数据应用，在“智慧武威·城市大脑”平台建立大数据监测系统，跟踪监测经济运行、就业失业、工资收入、劳动力流动等变化趋势。'),
    ('b7.2.1', 124, 'b7.2', '打破部门与行业分割，根据大数据监测系统细分企业规模、性质等，按月分析研判企业减员风险，强化劳动力调查数据与规模性失业风险的分析研究。');

-- Who leads and who supports is ours [D]: the plan names 发改、人社、教育、财政、农业农村、退役军人、工会、共青团、妇联 (四（二）) and 残联、工商联
-- (四（五）) as a whole. So are the milestones; the plan gives the end of 2025 and a mid-term assessment (四（三）).
insert into task_assignment
select t.code, 1, g.departments, '2022-01-05', '2025-12-31', '{2022-12-31,2023-12-31,2024-12-31,2025-12-31}', '{25,50,75,100}',
       '责任部门、时间节点为默认分解，未经主管部门确认。', true, 'open', 0, null, null
from task t
join (values
    ('3.1.1', '{development-reform,human-resources,agriculture,finance}'::text[]),
    ('3.1.2', '{development-reform,finance,human-resources}'::text[]),
    ('3.1.3', '{development-reform,human-resources,agriculture,youth-league}'::text[]),
    ('3.1.4', '{development-reform,finance,human-resources,industry-commerce}'::text[]),
    ('b2.1', '{agriculture,development-reform,finance}'::text[]),
    ('b2.2', '{development-reform,finance}'::text[]),
    ('3.2.1', '{human-resources,development-reform,union,youth-league,womens-federation}'::text[]),
    ('3.2.2', '{development-reform,human-resources,youth-league}'::text[]),
    ('3.2.3', '{finance,development-reform,human-resources}'::text[]),
    ('3.2.4', '{development-reform,human-resources}'::text[]),
    ('b3.1', '{human-resources,veterans,youth-league,agriculture}'::text[]),
    ('b3.2', '{development-reform,human-resources}'::text[]),
    ('3.3.1', '{human-resources,education,finance,youth-league}'::text[]),
    ('3.3.2', '{human-resources,finance,disabled-federation,union,womens-federation}'::text[]),
    ('3.3.3', '{agriculture,human-resources,development-reform}'::text[]),
    ('3.3.4', '{veterans,human-resources}'::text[]),
    ('b4.1', '{human-resources,education,youth-league}'::text[]),
    ('b4.2', '{human-resources,union,womens-federation,disabled-federation}'::text[]),
    ('b4.3', '{agriculture,human-resources}'::text[]),
    ('b4.4', '{veterans,human-resources}'::text[]),
    ('3.4.1', '{human-resources,education,union}'::text[]),
    ('3.4.2', '{human-resources,education}'::text[]),
    ('3.4.3', '{human-resources,finance,education}'::text[]),
    ('b5.1', '{human-resources,education,finance}'::text[]),
    ('b5.2', '{human-resources,union,education}'::text[]),
    ('3.5.1', '{human-resources,finance}'::text[]),
    ('3.5.2', '{human-resources,development-reform}'::text[]),
    ('3.5.3', '{human-resources,finance}'::text[]),
    ('b6.1', '{human-resources,development-reform}'::text[]),
    ('b6.2', '{human-resources,union,education,disabled-federation,industry-commerce}'::text[]),
    ('b6.3', '{human-resources,development-reform}'::text[]),
    ('3.6.1', '{human-resources,education}'::text[]),
    ('3.6.2', '{human-resources,education}'::text[]),
    ('3.6.3', '{human-resources,union,finance}'::text[]),
    ('3.6.4', '{human-resources,development-reform}'::text[]),
    ('3.6.5', '{human-resources,development-reform,finance}'::text[]),
    ('b7.1', '{development-reform,human-resources}'::text[]),
    ('b7.2', '{human-resources,development-reform}'::text[])) as g (task_group, departments) using (task_group);

insert into task_rule values (
    '2022-01-05', 10, 25, 20, 92, '{30,10,3}', '{1,5,10}', 5, '默认亮灯规则，未经主管部门确认', true);
