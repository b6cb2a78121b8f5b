-- What must hold between figures, in every region: left, operator, right. A change is a further revision.
create table validation_rule (
    code          text    collate "C" not null check (code ~ '^[a-z][a-z0-9-]{2,39}$'),
    revision      integer not null check (revision > 0),
    name_zh       text    not null,
    left_side     text    not null,
    operator      text    not null check (operator in ('equal', 'not-equal', 'greater', 'at-least', 'less', 'at-most', 'compulsory-pair', 'exclusive-pair')),
    right_side    text    not null,
    missing       text    not null check (missing in ('skip-if-any', 'skip-if-all', 'zero')),
    severity      text    not null check (severity in ('high', 'medium', 'low')),
    instruction   text    not null,
    active        boolean not null,
    mark          text    not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    reason        text    not null,
    set_by        text    not null,
    known_at      timestamptz not null,
    primary key (code, revision)
);
comment on column validation_rule.operator is 'compulsory-pair: both sides have a value or none; exclusive-pair: not both.';
call scope_to_city('validation_rule');

insert into validation_rule values
    ('insured-not-falling', 1, '参保人数环比降幅不超过一成', '[8]', 'at-least', '0.9 * [8]@-1', 'skip-if-any', 'medium', '请核对期末参保人数，或说明下降原因。', true, 'D', '时点数一月之间很少骤降', 'proposal', '2000-01-01 00:00+08'),
    ('closing-rate-moves', 1, '举报投诉案件结案率环比变动不超过20个百分点', 'abs([12] - [12]@-1)', 'at-most', '20', 'skip-if-any', 'low', '请核对结案数与应结案数。', true, 'D', '案件少的县区会有波动，故为低', 'proposal', '2000-01-01 00:00+08'),
    ('loans-and-jobs', 1, '有借款人就有带动就业的记录', '{loans.borrowers}', 'compulsory-pair', '{loans.jobs}', 'skip-if-any', 'low', '请核对贷款登记中的吸纳就业人数。', true, 'D', '两项由同一登记汇总', 'proposal', '2000-01-01 00:00+08');
