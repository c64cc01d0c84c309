-- The trace context of whoever began the current run or reopened it, when that is not who started the execution: a restart is in
-- the trace of the operator, and linked to that of the first start.
alter table execution add column run_traceparent text;
