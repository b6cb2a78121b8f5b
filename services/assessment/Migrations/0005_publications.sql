-- What the office is asked to publish: the rows as they were when they were proposed, so that what is published is what was
-- looked at, whatever becomes known meanwhile.
create table publication_proposal (
    proposal_id     uuid        primary key,
    revision        integer     not null,
    state           text        not null check (state in ('proposed', 'rejected', 'published')),
    scheme          text        not null,
    scheme_version  integer     not null,
    month           date        not null check (extract(day from month) = 1),
    as_of           timestamptz not null,
    algorithm       text        not null check (algorithm in ('sha256', 'sm3')),
    demonstration   boolean     not null,
    corrects        bigint      null,
    reason          text        null,
    keys            text[]      not null,
    texts           text[]      not null check (cardinality(texts) = cardinality(keys)),
    proposed_by     text        not null,
    proposed_at     timestamptz not null,
    decided_by      text        null,
    decided_at      timestamptz null,
    decision_reason text        null,
    publication     bigint      null,
    foreign key (scheme, scheme_version) references scheme_version,
    check ((corrects is null) = (reason is null)),
    check ((state = 'proposed') = (decided_by is null)),
    check ((state = 'published') = (publication is not null)),
    check (state <> 'published' or decided_by <> proposed_by)
);
comment on column publication_proposal.texts is 'Canonical rows without the first, which is made when it is published.';

create table publication_key (
    key_id        text        primary key,
    public_key    text        not null,
    first_used_at timestamptz not null
);
comment on column publication_key.public_key is 'SubjectPublicKeyInfo, base64: what it signed can be checked when the key itself is gone.';

create table publication (
    number         bigint      primary key check (number >= 1),
    proposal_id    uuid        not null unique references publication_proposal,
    scheme         text        not null,
    scheme_version integer     not null,
    month          date        not null,
    version        integer     not null check (version >= 1),
    corrects       bigint      null references publication,
    reason         text        null,
    demonstration  boolean     not null,
    algorithm      text        not null check (algorithm in ('sha256', 'sm3')),
    root           text        not null unique check (root ~ '^[0-9a-f]{64}$'),
    previous_root  text        null references publication (root),
    signature      text        not null,
    key_id         text        not null references publication_key,
    published_by   text        not null,
    published_at   timestamptz not null,
    unique (scheme, month, version),
    unique nulls not distinct (previous_root),
    check ((number = 1) = (previous_root is null)),
    check ((version = 1) = (corrects is null))
);
comment on column publication.number is 'From 1, without gaps.';
comment on column publication.previous_root is 'Root of the publication before; nobody follows the same one twice.';

create table publication_row (
    number  bigint  not null references publication,
    ordinal integer not null check (ordinal >= 0),
    key     text    not null,
    text    text    not null,
    leaf    bytea   not null check (length(leaf) = 32),
    primary key (number, ordinal),
    unique (number, key)
);
comment on column publication_row.text is 'Canonical JSON (docs/publications.md); the leaf is its hash.';

call scope_to_city('publication_proposal');
call scope_to_city('publication_key');
call scope_to_city('publication');
call scope_to_city('publication_row');
-- What is only proposed is the city's to see.
alter policy seen on publication_proposal using ('620600' like (select scope_reads()));
alter policy added on publication_proposal with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');
alter policy added on publication_key with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');
alter policy added on publication with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');
alter policy added on publication_row with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');

create trigger kept before update or delete on publication_key for each row execute function only_appended_to();
create trigger kept before update or delete on publication for each row execute function only_appended_to();
create trigger kept before update or delete on publication_row for each row execute function only_appended_to();
create trigger kept_whole before truncate on publication_key for each statement execute function only_appended_to();
create trigger kept_whole before truncate on publication for each statement execute function only_appended_to();
create trigger kept_whole before truncate on publication_row for each statement execute function only_appended_to();
