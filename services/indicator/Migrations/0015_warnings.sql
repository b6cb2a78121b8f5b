-- What the figures warn of. A subject of a rule has one open warning at most; the next one is another episode.
create table warning (
    warning_id    uuid    primary key,
    rule          text    collate "C" not null,
    region        text    collate "C" not null,
    subject       text    collate "C" not null,
    episode       integer not null check (episode > 0),
    level         text    not null check (level in ('yellow', 'orange', 'red')),
    state         text    not null check (state in ('open', 'acknowledged', 'acting', 'closed')),
    period        text    not null,
    value         numeric(18, 4) null,
    message       text    not null,
    calm          integer not null check (calm >= 0),
    cleared_at    timestamptz null,
    raised_at     timestamptz not null,
    report_to     text    null,
    report_by     timestamptz null check ((report_to is null) = (report_by is null)),
    decided_under text    null,
    revision      integer not null check (revision > 0),
    changed_at    timestamptz not null,
    unique (rule, region, subject, episode),
    check (state <> 'closed' or cleared_at is not null)
);
comment on column warning.subject is 'What of the region it is about: empty for the region as a whole, a month, a layoff, a case.';
comment on column warning.period is 'Month whose figures raised it.';
comment on column warning.value is 'The figure as last looked at, in the unit of the rule''s thresholds.';
comment on column warning.calm is 'Periods in a row below the threshold of clearing.';
comment on column warning.cleared_at is 'Since when its reason is gone; null: it is not.';
comment on column warning.report_to is 'Region that has to be told next; null: nobody is left to tell.';
create unique index warning_open on warning (rule, region, subject) where state <> 'closed';
create index warning_of_region on warning (region, raised_at, warning_id);
call scope_by_region('warning');

create table warning_step (
    warning_id uuid    not null references warning,
    region     text    collate "C" not null,
    revision   integer not null,
    kind       text    not null,
    level      text    not null,
    note       text    null,
    done_by    text    not null,
    done_at    timestamptz not null,
    primary key (warning_id, revision)
);
call scope_by_region('warning_step');

insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('watch.job_loss_rate_clear', '2000-01-01', 1, null, '[{"key": "yellow", "value": 2}, {"key": "orange", "value": 4}, {"key": "red", "value": 8}]', '%', null, false,
 '岗位流失率低于该值才算回落，防止在起点附近反复。设计约定[D]。', 'migration'),
('watch.job_loss_clear_after', '2000-01-01', 1, 2, null, '个月', null, false, '连续该月数回落后预警可以解除。设计约定[D]。', 'migration'),
('watch.least_linked', '2000-01-01', 1, 3, null, '家', null, false, '两月都有报表的企业少于该数时不判断岗位流失率。设计约定[D]。', 'migration'),
('watch.overdue_share', '2000-01-01', 1, null, '[{"key": "yellow", "value": 10}, {"key": "orange", "value": 30}, {"key": "red", "value": 50}]', '%', null, false,
 '截止日后仍未报送的企业占样本的比例，各级起点。设计约定[D]。', 'migration'),
('watch.overdue_share_clear', '2000-01-01', 1, null, '[{"key": "yellow", "value": 5}, {"key": "orange", "value": 10}, {"key": "red", "value": 30}]', '%', null, false,
 '未报比例低于该值才算回落。设计约定[D]。', 'migration'),
('watch.layoff_persons', '2000-01-01', 1, null, '[{"key": "yellow", "value": 20}, {"key": "orange", "value": 50}, {"key": "red", "value": 100}]', '人', null, false,
 '裁减人数各级起点；不足Ⅲ级起点但达到职工总数10%的法定裁员为Ⅲ级。除法定报告规模[L]外为设计约定[D]。', 'migration'),
('watch.report_within', '2000-01-01', 1, null, '[{"key": "yellow", "value": 12}, {"key": "orange", "value": 2}, {"key": "red", "value": 2}]', '小时', null, false,
 '预警上报时限：Ⅲ级 12 小时内书面，Ⅰ、Ⅱ级 2 小时内。转引自外省预案[S]；甘肃省失业预警应急预案的数值未查到。', 'migration');
