-- The rows that any engine on PostgreSQL has to keep, with primary keys only.
create table execution (
  id text primary key, task_name text not null, status text not null, payload text, result text,
  scheduled_at timestamptz not null, completed_at timestamptz, version int not null default 1);
create table task (execution_id text primary key, run_at timestamptz not null);
create table step (
  execution_id text not null, name text not null, status text not null, result text, completed_at timestamptz,
  primary key (execution_id, name));
