-- What a job does is written down as done by whoever asked for it: from there, and in the trace of that request.
alter table job add column address text null, add column traceparent text null;
comment on column job.address is 'Where the request came from, as the gateway says.';
comment on column job.traceparent is 'Of the request, as W3C Trace Context writes it.';
