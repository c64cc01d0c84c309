package io.zart.server.store;

/** The statements about served task names. */
final class ServedTaskSql {

    /** 1 row, and those of instances that are long gone. Tells what the other instances served lately. */
    static final String REFRESH = """
            with mine as (
              insert into served_task (holder, task_names, seen_at) values ($1, $2::text[], now())
              on conflict (holder) do update set task_names = excluded.task_names, seen_at = excluded.seen_at),
            gone as (
              delete from served_task where holder <> $1 and seen_at < now() - interval '5 minutes')
            select distinct name from served_task, unnest(task_names) as name
            where holder <> $1 and seen_at > now() - $3::bigint * interval '1 ms'""";

    /** 1 row. */
    static final String LEAVE = "delete from served_task where holder = $1";

    private ServedTaskSql() {}
}
