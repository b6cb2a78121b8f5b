-- Who approved a version of a scheme, and by which document. Once, and by another person than set it.
create table scheme_approval (
    scheme      text        not null,
    version     integer     not null,
    document    text        not null,
    approved_by text        not null,
    approved_at timestamptz not null,
    primary key (scheme, version),
    foreign key (scheme, version) references scheme_version
);
comment on column scheme_approval.document is 'Minutes or document that approved it; what confirms its rules is in the version itself.';
call scope_to_city('scheme_approval');
alter policy added on scheme_approval with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');
alter policy changed on scheme_approval using (false);
alter policy removed on scheme_approval using (false);
