-- How often something changed that scores of this month and later ones rest on. A score document of month m is fresh
-- while the sum over the months up to m is the one it was rendered at: counters only grow, so equal sums mean equal inputs.
create table score_change (
    month   date   primary key,
    changes bigint not null
);

-- Rendered once per change, served as bytes.
create table score_document (
    scheme   text   not null,
    version  integer not null,
    month    date   not null,
    part     text   not null,
    renderer text   not null,
    changes  bigint not null,
    etag     text   not null,
    body     bytea  not null,
    primary key (scheme, version, month, part),
    foreign key (scheme, version) references scheme_version
);
comment on column score_document.part is 'table.json, table.csv, table.xlsx, or the code of a region.';
comment on column score_document.renderer is 'Build and settings that rendered it: another build renders anew.';
