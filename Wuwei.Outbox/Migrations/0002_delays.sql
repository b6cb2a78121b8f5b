-- A message that waits for its next attempt holds back the later ones of its ordering key; there are hardly ever any.
create index outbox_message_delayed on outbox_message (ordering_key, position)
    where not_before is not null and sent_at is null and parked_reason is null;

-- Every row is written twice and deleted some days later: vacuum early, or the index of waiting rows fills with dead ones.
alter table outbox_message set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
