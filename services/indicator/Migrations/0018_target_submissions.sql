-- Targets on their way: one office proposes, the city's approver, who is another, decides.
create table target_submission (
    submission_id uuid    primary key,
    region        text    collate "C" not null,
    title         text    not null,
    cells         jsonb   not null check (jsonb_typeof(cells) = 'array' and jsonb_array_length(cells) > 0),
    state         text    not null check (state in ('submitted', 'approved', 'returned')),
    reason        text    null,
    submitted_by  text    not null,
    decided_by    text    null,
    revision      integer not null check (revision > 0),
    changed_at    timestamptz not null,
    check ((decided_by is null) = (state = 'submitted')),
    check (decided_by <> submitted_by)
);
comment on column target_submission.region is 'Of the office that proposes: what it proposes lies in it.';
comment on column target_submission.cells is '[{"indicator", "region", "year", "value", "note", "revision"}], as PUT /targets takes them.';
comment on column target_submission.reason is 'Why it was returned.';
create index target_submission_of_state on target_submission (state, submission_id);
call scope_by_region('target_submission');

-- Every version, and what was decided of it.
create table target_submission_step (
    submission_id uuid    not null references target_submission,
    region        text    collate "C" not null,
    revision      integer not null,
    state         text    not null,
    cells         jsonb   not null,
    reason        text    null,
    done_by       text    not null,
    done_at       timestamptz not null,
    primary key (submission_id, revision)
);
call scope_by_region('target_submission_step');

insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by) values
('targets.second_person', '2000-01-01', 1, 0, null, '项', null, false,
 '1：目标须经送审、由另一人批准后下达，不得直接下达；0：两种方式均可。正式启用前为 0，以便载入规划目标。设计约定[D]。', 'migration');
