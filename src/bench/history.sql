-- Fills a migrated database with plausible history: finished executions of the last 25 days with their steps and attempts.
--
--     psql -v executions=5000000 -f src/bench/history.sql "$ZART_DATABASE_URL"
--
-- 95 % completed, 4 % failed, 1 % cancelled; a dozen task names; two kinds of ids (UUIDv7, and "order-N"); about one step for each
-- execution. Commits every 50,000 executions, and keeps the counts of /stats right. Ids of an earlier call are kept.
select set_config('zart.history', :'executions', false) as executions;

do $$
declare
  most constant bigint := current_setting('zart.history')::bigint;
  chunk constant bigint := 50000;
  names constant text[] := array['echo', 'echo', 'echo', 'five-steps', 'order-fulfillment', 'order-fulfillment', 'email-send',
    'email-send', 'email-send', 'invoice-create', 'invoice-remind', 'report-nightly', 'image-resize', 'image-resize',
    'customer-import', 'subscription-renew', 'subscription-renew', 'webhook-deliver', 'webhook-deliver', 'audit-export'];
  origin constant timestamptz := date_trunc('second', now()) - interval '25 days';
  span constant interval := interval '25 days' / most;
  done bigint := 0;
begin
  while done < most loop
    with input as materialized (
      select n, names[1 + abs(hashint8(n) % 20)] as task_name, origin + n * span as at,
        case when abs(hashint8(n + 7) % 100) < 95 then 'completed' when abs(hashint8(n + 7) % 100) < 99 then 'failed'
          else 'cancelled' end as status,
        '{"customer":"c-' || lpad((n % 50000)::text, 6, '0') || '","items":[{"sku":"A-' || n % 1000
          || '","qty":2}],"note":"' || repeat('x', 40 + abs(hashint8(n) % 60)) || '"}' as payload
      from generate_series(done, least(done + chunk, most) - 1) as n),
    named as materialized (
      select *, case when n % 3 = 0 then 'order-' || lpad(n::text, 9, '0')
        else lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '-7' || substr(md5(n::text), 1, 19) end as id
      from input),
    e as (
      insert into execution (id, task_name, status, version, lease_epoch, scheduled_at, started_at, completed_at, payload,
        result, error)
      select id, task_name, status, 2, 1, at, case when status <> 'cancelled' then at end,
        at + interval '1 ms' * (2 + abs(hashint8(n) % 5000)), payload, case when status = 'completed' then payload end,
        case when status = 'failed' then '{"message":"boom on attempt 2","type":"SampleError","step":"step-2"}' end
      from named on conflict (id) do nothing returning id, status, scheduled_at, task_name),
    s as (
      insert into step (execution_id, run_index, name, position, kind, status, attempt, failures, scheduled_at, started_at,
        completed_at, result)
      select id, 0, 'step-' || p, p, 'step', case when e.status <> 'completed' and p = 2 then 'dead' else 'completed' end, 1, 0,
        scheduled_at, scheduled_at, scheduled_at + interval '1 ms' * p, p::text
      from e cross join generate_series(1, 5) as p
      where (task_name = 'five-steps' or task_name in ('order-fulfillment', 'invoice-create', 'email-send') and p <= 2)
        and (e.status = 'completed' or p <= 2)),
    a as (
      insert into attempt (execution_id, run_index, step_name, number, position, kind, error, started_at, completed_at, failures)
      select id, 0, 'step-2', number, 2, 'step', '{"message":"boom on attempt 1","type":"SampleError","step":"step-2"}',
        scheduled_at, scheduled_at, number
      from e cross join generate_series(1, 2) as number where status = 'failed')
    insert into tally_delta (completed, failed, cancelled)
    select count(*) filter (where status = 'completed'), count(*) filter (where status = 'failed'),
      count(*) filter (where status = 'cancelled') from e;
    commit;
    done := done + chunk;
  end loop;
end $$;

vacuum (analyze) execution;
vacuum (analyze) step;
vacuum (analyze) attempt;
