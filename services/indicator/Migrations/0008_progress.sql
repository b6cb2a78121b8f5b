-- From which share of what is due a status begins, by the first month it holds for. A change is a further revision.
create table progress_rule (
    valid_from date    not null check (extract(day from valid_from) = 1),
    revision   integer not null check (revision > 0),
    ahead      numeric(6, 4) not null,
    on_track   numeric(6, 4) not null,
    nearly     numeric(6, 4) not null check (nearly > 0),
    confidence integer not null check (confidence in (80, 90, 95)),
    mark       text    not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    verified   boolean not null,
    document   text    null,
    reason     text    not null,
    set_by     text    not null,
    known_at   timestamptz not null,
    primary key (valid_from, revision),
    check (ahead >= on_track and on_track >= nearly),
    check (not verified or document is not null)
);
comment on column progress_rule.ahead is 'Value ÷ required to date (for rates that should fall: the inverse) from which it is 超前.';
comment on column progress_rule.on_track is 'From which it is 达到预期.';
comment on column progress_rule.nearly is 'From which it is 基本达到; below, 滞后.';
comment on column progress_rule.confidence is 'Of a forecast''s interval, in percent.';
call scope_to_city('progress_rule');

insert into progress_rule values ('2021-01-01', 1, 1.05, 1, 0.9, 80, 'D', false, null,
    '规划没有写明进度等级，公开资料也未见；按通行的五个百分点和九成取值，待主管部门确认', 'proposal', '2000-01-01 00:00+08');
