-- The same moves are refused, but after the row is written: a trigger before it locks each row that it looks at, which costs every
-- end of a run a record of the write-ahead log more. The statement fails all the same.
drop trigger execution_moves on execution;
create trigger execution_moves after update of status on execution for each row
    when (old.status <> new.status and ((old.status, new.status) not in (
        ('active', 'completed'), ('active', 'failed'), ('active', 'cancelled'),
        ('completed', 'active'), ('failed', 'active'), ('cancelled', 'active'))
        or (new.status = 'active' and old.status <> 'failed' and new.run_index = old.run_index)))
    execute function illegal_move();

drop trigger step_moves on step;
create trigger step_moves after update of status on step for each row
    when (old.status <> new.status and (old.status, new.status) not in (('scheduled', 'completed'), ('scheduled', 'dead')))
    execute function illegal_move();
