-- Messages written with the change that caused them; a relay sends them to RabbitMQ.
create table outbox_message (
    position      bigint      generated always as identity primary key,
    message_id    uuid        not null,
    message_type  text        not null,
    body          text        not null,
    ordering_key  text        null,
    traceparent   text        null,
    created_at    timestamptz not null default now(),
    attempts      integer     not null default 0,
    not_before    timestamptz null,
    sent_at       timestamptz null,
    parked_reason text        null
);
comment on column outbox_message.body is 'JSON as sent; text, since nobody asks the database about its parts.';
comment on column outbox_message.ordering_key is 'Messages with the same key leave in order; null: order does not matter.';
comment on column outbox_message.not_before is 'Earliest next attempt after a failed one.';
comment on column outbox_message.parked_reason is 'Set aside after it could not be sent again and again; does not block those behind.';
create index outbox_message_waiting on outbox_message (position) where sent_at is null and parked_reason is null;
create index outbox_message_sent on outbox_message (sent_at) where sent_at is not null;

-- One relay sends at a time. A relay that slept past its lease holds an old epoch and can mark nothing.
create table outbox_lease (
    only_row   boolean     primary key default true check (only_row),
    holder     uuid        not null,
    epoch      bigint      not null,
    expires_at timestamptz not null
);
insert into outbox_lease (holder, epoch, expires_at) values ('00000000-0000-0000-0000-000000000000', 0, '-infinity');

-- Messages already handled, so that a redelivery has no second effect.
create table inbox_message (
    message_id  uuid        not null,
    consumer    text        not null,
    received_at timestamptz not null default now(),
    primary key (message_id, consumer)
);
create index inbox_message_received on inbox_message (received_at);
