-- What was answered to requests that name themselves (Idempotency-Key): stored with the effect, so that the same request is
-- answered again and not done again. Answers show masks only.
create table kept_answer (
    client     text        not null,
    key        text        not null,
    request    bytea       not null check (length(request) = 32),
    status     smallint    not null,
    etag       text        null,
    location   text        null,
    body       text        null,
    created_at timestamptz not null default now(),
    primary key (client, key)
);
comment on column kept_answer.client is 'Subject of the token: keys of others are others.';
comment on column kept_answer.request is 'SHA-256 over method, address and body.';
create index kept_answer_by_age on kept_answer (created_at);
