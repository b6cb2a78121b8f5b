alter table evaluation_sheet add column returned jsonb null check (jsonb_typeof(returned) = 'object');
comment on column evaluation_sheet.returned is 'When the sheet was last returned: to which step, why, by whom; null: never.';

alter table evaluation add column letterhead jsonb null check (jsonb_typeof(letterhead) = 'object');
comment on column evaluation.letterhead is 'Office and number under which the result is issued; null: none given yet.';
