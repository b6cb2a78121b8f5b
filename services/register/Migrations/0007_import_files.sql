-- A file that was sent is kept as it is, sealed in parts, until it is applied. Only rows that come back to their sender are
-- kept one by one: import_row has no others any more, and none before somebody has looked at it.
create table import_file (
    job_id  uuid    not null,
    part    integer not null check (part >= 0),
    content bytea   not null,
    primary key (job_id, part)
);
alter table import_file alter column content set storage external; -- what is encrypted cannot be compressed
comment on table import_file is 'Logged, since an answered import must outlive a crash; sealed, since numbers of persons are in it. Deleted when applied.';
comment on column import_file.content is 'A part of the file, encrypted; bound to its place.';
comment on table import_row is 'Rows of a file that are not in the register, sealed; kept for the workbook of errors.';
comment on column import_row.errors is 'What is wrong with it, without what it holds; null: it is right, but none of its file was stored.';

-- Whoever finds no rows where some were sent, such as a replica of the version before, must not call that done.
alter table job add check (state <> 'succeeded' or done = total);
