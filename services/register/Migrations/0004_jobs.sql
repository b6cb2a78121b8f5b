-- Work that takes longer than a request. Replicas lease it; a job whose worker fell silent is taken over by another.
create table job (
    job_id       uuid        primary key,
    kind         text        not null check (kind <> ''),
    state        text        not null default 'waiting' check (state in ('waiting', 'running', 'succeeded', 'refused', 'failed', 'cancelled')),
    subject      text        not null,
    department   text        not null,
    region       text        not null check (region ~ '^([0-9]{6}|[0-9]{9})$'),
    roles        text[]      not null,
    scopes       text[]      not null,
    mode         text        null,
    fingerprint  text        null,
    total        integer     not null default 0 check (total >= 0),
    done         integer     not null default 0 check (done between 0 and total),
    accepted     integer     not null default 0 check (accepted >= 0),
    refused      integer     not null default 0 check (refused >= 0),
    position     integer     not null default 0,
    code         text        null,
    message      text        not null default '',
    attempt      integer     not null default 0,
    leased_until timestamptz null,
    cancelled_by text        null,
    created_at   timestamptz not null default now(),
    started_at   timestamptz null,
    finished_at  timestamptz null,
    check ((state = 'running') = (leased_until is not null)),
    check ((state in ('succeeded', 'refused', 'failed', 'cancelled')) = (finished_at is not null))
);
comment on column job.region is 'Of the caller who asked for it, in whose name and scope it is done.';
comment on column job.fingerprint is 'What was sent (SHA-256 of the file): the same again, in the same mode and by the same caller, is the same job.';
comment on column job.position is 'The last row that is dealt with for good; whoever takes the job over goes on behind it.';
comment on column job.code is 'Why it failed or refused everything: stable.';
comment on column job.attempt is 'One more with every worker that takes it up; one that slept past its lease holds an old number and can store nothing.';
create index job_open on job (created_at) where state in ('waiting', 'running');
create index job_by_region on job (region, job_id);
create unique index job_same on job (subject, kind, mode, fingerprint) where state in ('waiting', 'running', 'succeeded');

-- Rows of a file that was sent, until they are applied. Of no region: what they say is not looked at before that.
create table import_row (
    job_id     uuid    not null,
    row_number integer not null check (row_number > 1),
    texts      bytea   not null,
    errors     jsonb   null,
    primary key (job_id, row_number)
);
comment on table import_row is 'Logged, since an answered import must outlive a crash; sealed, since numbers of persons are in it. Deleted when applied.';
comment on column import_row.row_number is 'As the spreadsheet numbers it; the header is 1.';
comment on column import_row.texts is 'JSON array of the cells, encrypted; bound to its row.';
comment on column import_row.errors is 'What is wrong with it, without what it holds; null: nothing was found yet.';

call scope_by_region('job');
