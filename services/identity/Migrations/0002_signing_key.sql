create table signing_key (
    key_id      text        primary key,
    signs_from  timestamptz not null,
    private_key text        not null
);
comment on table signing_key is 'Key pairs of access tokens: the one that signs, the next, and lately retired ones.';
comment on column signing_key.private_key is 'PKCS#8 encrypted under the signing secret, PEM.';
