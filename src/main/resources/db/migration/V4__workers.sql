-- Workers that speak HTTP, and protection from tasks that end whoever picks them up.

-- Claims in a row after which nothing was recorded, and when the last claim was: raised by a claim, which looks for steps and
-- attempts recorded since the last one; a park begins anew. No row is written for it.
alter table task add column idle_claims integer not null default 0;
alter table task add column claimed_at timestamptz;
