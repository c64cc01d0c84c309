-- What may not follow cannot be written. The pairs are those of the transition tables ExecutionStatus and StepStatus, which a
-- test compares with these; "active" stands for scheduled and running. The conditions are evaluated without a function call,
-- so that a legal move pays almost nothing.
create function illegal_move() returns trigger language plpgsql as $$
begin
    raise exception 'illegal move of % from % to %', tg_table_name, old.status, new.status using errcode = 'check_violation';
end $$;

create trigger execution_moves before update of status on execution for each row
    when (old.status <> new.status and (old.status, new.status) not in (
        ('active', 'completed'), ('active', 'failed'), ('active', 'cancelled'),
        ('completed', 'active'), ('failed', 'active'), ('cancelled', 'active')))
    execute function illegal_move();

-- A retried step loses its row and keeps its attempts, so that the way back from "dead" is none of a row.
create trigger step_moves before update of status on step for each row
    when (old.status <> new.status and (old.status, new.status) not in (('scheduled', 'completed'), ('scheduled', 'dead')))
    execute function illegal_move();
