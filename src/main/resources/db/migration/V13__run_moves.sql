-- What may not follow within a run cannot be written either: only a failed run goes on as it is, when a dead step is retried; from
-- the other ends only a new run leads back. Earlier runs have ended for good. No release has ever written anything else.
create or replace trigger execution_moves before update of status on execution for each row
    when (old.status <> new.status and ((old.status, new.status) not in (
        ('active', 'completed'), ('active', 'failed'), ('active', 'cancelled'),
        ('completed', 'active'), ('failed', 'active'), ('cancelled', 'active'))
        or (new.status = 'active' and old.status <> 'failed' and new.run_index = old.run_index)))
    execute function illegal_move();

create trigger run_moves before update of status on run for each row
    when (old.status <> new.status)
    execute function illegal_move();

alter table run add constraint run_status check (status in ('completed', 'failed', 'cancelled')) not valid;
