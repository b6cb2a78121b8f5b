-- A whole assessment from the targets handed down to what is put right: mid-term and final are two of them.
create table evaluation (
    evaluation_id  text    primary key check (evaluation_id ~ '^[a-z][a-z0-9-]{0,39}$'),
    revision       integer not null check (revision >= 1),
    kind           text    not null check (kind in ('mid-term', 'final', 'annual')),
    name           text    not null,
    scheme         text    not null,
    scheme_version integer not null,
    month          date    not null check (extract(day from month) = 1),
    self_assess_by date    not null,
    stage          text    not null check (stage in ('handed-down', 'scored', 'noticed', 'approved', 'published')),
    proposal_id    uuid    null references publication_proposal,
    notice_until   date    null,
    publication    bigint  null references publication,
    steps          jsonb   not null check (jsonb_typeof(steps) = 'array'),
    foreign key (scheme, scheme_version) references scheme_version,
    check ((stage = 'handed-down') = (proposal_id is null)),
    check ((stage = 'published') = (publication is not null)),
    check (stage in ('handed-down', 'scored') or notice_until is not null)
);
comment on column evaluation.proposal_id is 'The snapshot that is scored, on notice, approved or published.';
comment on column evaluation.steps is 'Who took it to which stage, when and on what grounds; only added to.';
call scope_to_city('evaluation');
alter policy added on evaluation with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');
alter policy changed on evaluation using ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');

-- One unit's part of it: each item with its target, what the unit says, what the system knows, what was found on the spot.
create table evaluation_sheet (
    evaluation    text        not null references evaluation,
    unit          text        not null,
    region        text        not null,
    name          text        not null,
    revision      integer     not null check (revision >= 1),
    lines         jsonb       not null check (jsonb_typeof(lines) = 'array'),
    assessed_by   text        null,
    assessed_at   timestamptz null,
    checked_by    text        null check (checked_by <> assessed_by),
    checked_at    timestamptz null,
    inspected_by  text        null check (inspected_by <> checked_by),
    inspected_at  timestamptz null,
    primary key (evaluation, unit),
    check ((assessed_by is null) = (assessed_at is null)),
    check ((checked_by is null) = (checked_at is null)),
    check ((inspected_by is null) = (inspected_at is null)),
    check (inspected_by is null or checked_by is not null)
);
comment on column evaluation_sheet.unit is 'A region''s code, or a department''s as schemes name it.';
comment on column evaluation_sheet.region is 'The unit''s own; the city for a department.';
comment on column evaluation_sheet.assessed_by is 'Self-assessment; checked_by: data check by the city''s office; inspected_by: field check, by another person.';
call scope_by_region('evaluation_sheet');

alter table publication_proposal add column evaluation text null references evaluation;
comment on column publication_proposal.evaluation is 'Published only when this is approved; null: a month''s ordinary publication.';

-- A unit contests a row of what is on notice or published; what comes of it.
create table appeal (
    appeal_id    uuid        primary key,
    revision     integer     not null check (revision >= 1),
    proposal_id  uuid        not null references publication_proposal,
    evaluation   text        null references evaluation,
    publication  bigint      null references publication,
    key          text        not null,
    row          text        not null,
    unit         text        not null,
    region       text        not null,
    author       text        not null,
    state        text        not null check (state in ('filed', 'accepted', 'rejected')),
    claim        text        not null,
    evidence     text        not null,
    filed_by     text        not null,
    filed_at     timestamptz not null,
    reply_due_on date        null,
    decision     text        null,
    decided_by   text        null check (decided_by <> filed_by and decided_by <> author),
    decided_at   timestamptz null,
    answered_by  uuid        null references publication_proposal,
    check ((state = 'filed') = (decided_by is null)),
    check (answered_by is null or state = 'accepted'),
    check ((evaluation is null) <> (publication is null))
);
comment on column appeal.row is 'The contested row as it stood: formula, inputs and revisions are in it.';
comment on column appeal.author is 'Who scored or published what is contested, and so does not decide.';
comment on column appeal.answered_by is 'The snapshot made after the appeal was found right; null: not yet.';
create unique index appeal_once on appeal (proposal_id, key) where state = 'filed';
create index appeal_of_evaluation on appeal (evaluation);
call scope_by_region('appeal');

-- What a unit has to put right after the result (整改).
create table rectification (
    rectification_id uuid        primary key,
    revision         integer     not null check (revision >= 1),
    evaluation       text        not null references evaluation,
    unit             text        not null,
    region           text        not null,
    item             text        not null,
    requirement      text        not null,
    due_on           date        not null,
    state            text        not null check (state in ('required', 'reported', 'accepted')),
    required_by      text        not null,
    required_at      timestamptz not null,
    report           text        null,
    evidence         text        null,
    reported_by      text        null,
    reported_at      timestamptz null,
    review           text        null,
    reviewed_by      text        null check (reviewed_by <> reported_by),
    reviewed_at      timestamptz null,
    foreign key (evaluation, unit) references evaluation_sheet (evaluation, unit),
    check ((reported_by is null) = (report is null)),
    check (state = 'required' or reported_by is not null),
    check (state <> 'accepted' or reviewed_by is not null)
);
comment on column rectification.reviewed_by is 'Of a report that was returned, too: the state is then required again.';
create index rectification_of_evaluation on rectification (evaluation, rectification_id);
call scope_by_region('rectification');
