-- Due days may differ by indicator and by region; a change is a further revision.
alter table report_due
    add column indicator text        collate "C" null references indicator,
    add column region    text        collate "C" null,
    add column revision  integer     not null default 1 check (revision > 0),
    add column set_by    text        not null default 'proposal',
    add column known_at  timestamptz not null default '2000-01-01 00:00+08';
alter table report_due
    alter column revision drop default,
    alter column set_by drop default,
    alter column known_at drop default,
    drop constraint report_due_pkey,
    add constraint report_due_once unique nulls not distinct (frequency, indicator, region, valid_from, revision);
comment on table report_due is 'Of several that fit, one that names the indicator goes before one that names the region, and that before one for all; of these the later.';
call scope_to_city('report_due');
