-- Files that show what a record says: of a report on a task, an entered value, an item of a unit's sheet, an appeal, a
-- rectification. One table for all of them; which record it is says the address. What was sent is never changed or deleted.
create table evidence_file (
    evidence_id uuid        primary key,
    record      text        not null,
    region      text        not null,
    departments text[]      not null,
    name        text        not null,
    kind        text        not null check (kind in ('pdf', 'png', 'jpeg', 'docx', 'xlsx')),
    size        integer     not null check (size = length(content)),
    sha256      text        not null check (sha256 = encode(sha256(content), 'hex')),
    content     bytea       not null,
    sent_by     text        not null,
    department  text        not null,
    sent_at     timestamptz not null,
    unique (record, sha256)
);
alter table evidence_file alter column content set storage external; -- every kind is compressed already
comment on column evidence_file.record is 'Address of the record below the service, e.g. appeals/0197c5d0-…; the audit trail names it the same.';
comment on column evidence_file.region is 'The unit''s own; the city for a department or a task.';
comment on column evidence_file.departments is 'Who sees it beside the assessment office of its region.';
comment on column evidence_file.kind is 'What its content is, whatever its name was.';
comment on column evidence_file.department is 'The sender''s.';

-- What the office found of a file (核验). The last finding counts; the ones before stay.
create table evidence_finding (
    evidence_id uuid        not null references evidence_file,
    number      integer     not null check (number >= 1),
    region      text        not null,
    accepted    boolean     not null,
    note        text        not null,
    found_by    text        not null,
    found_at    timestamptz not null,
    primary key (evidence_id, number)
);
comment on column evidence_finding.accepted is 'It shows what it is to show; else the file counts for nothing.';

call scope_by_region('evidence_file');
alter policy seen on evidence_file using (coalesce(region like (select scope_reads()), false)
    and ((select scope_department()) = any (departments) or (select scope_department()) = 'assessment'
         or split_part(current_setting('app.scope', true), '|', 4) = 'system'));
alter policy added on evidence_file with check (coalesce(region like (select scope_writes()), false)
    and ((select scope_department()) = any (departments) or (select scope_department()) = 'assessment'));
call scope_by_region('evidence_finding');
alter policy added on evidence_finding with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');

create trigger kept before update or delete on evidence_file for each row execute function only_appended_to();
create trigger kept before update or delete on evidence_finding for each row execute function only_appended_to();
create trigger kept_whole before truncate on evidence_file for each statement execute function only_appended_to();
create trigger kept_whole before truncate on evidence_finding for each statement execute function only_appended_to();
