-- The trace context (W3C traceparent) of whoever started the execution, to which the traces of its activations are linked.
alter table execution add column traceparent text;
