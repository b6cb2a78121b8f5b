-- A parameter may be a table: amounts by a key that its rule looks up, all in the parameter's unit.
alter table policy_parameter alter column value drop not null;
alter table policy_parameter add column entries jsonb null check (jsonb_typeof(entries) = 'array' and jsonb_array_length(entries) > 0);
alter table policy_parameter add check ((value is null) = (entries is not null));
comment on column policy_parameter.value is 'In the unit; null when the parameter is a table.';
comment on column policy_parameter.entries is 'Of a table: [{"key": ..., "value": ...}], values in the unit.';
