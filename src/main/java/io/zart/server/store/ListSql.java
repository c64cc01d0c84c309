package io.zart.server.store;

import static java.util.stream.Collectors.joining;

import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.ListQuery;
import io.zart.server.execution.ListQuery.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The statement of a page of the list. It merges a few ranges of indexes, each read in the order of the list and no further than
 * the page: one for each status and, where the index begins with it, each task name. Only the rows of the page itself are then
 * fetched. So a page costs the same at any depth and with any number of finished executions; what it may cost more with is the
 * number of task names, and, for the orders by name and status, the number of running executions, which are sorted: an index in
 * that order would cost every start an entry.
 *
 * <p>Two combinations have no index in their order: a search in the order of time, and a time range in the order of names or
 * statuses. For these {@link #probe} counts the candidates, up to a bound: few are sorted, many are met soon enough in the order
 * of the list.
 */
final class ListSql {

    /** How many ids that a search finds are rather sorted than looked for; their rows must be read. */
    private static final int FEW_FOUND = 50_000;

    /** The same for a range of time, whose entries in the index are enough. */
    private static final int FEW_IN_RANGE = 300_000;

    /** Names by a loose index scan: one descent for each name. The last row is null, for which nothing may be looked up. */
    private static final String NAMES = """
            %1$s(name) as (
              (select task_name from %2$s order by task_name limit 1)
              union all
              select (select task_name from %2$s and task_name > n.name order by task_name limit 1)
              from %1$s n where n.name is not null)""";

    private final ListQuery query;
    private final boolean few;
    private final ListConditions conditions;
    private final String direction;
    private final String text;

    /**
     * @param few whether {@link #probe} found few candidates; without effect when there is nothing to probe
     */
    ListSql(ListQuery query, boolean few) {
        this.query = query;
        this.few = few && probed(query);
        this.conditions = new ListConditions(query);
        this.direction = query.descending() ? " desc" : " asc";
        this.text = page(this.few && query.sort() == Sort.SCHEDULED_AT ? found() : merged());
    }

    /** Whether it must be known how many candidates there are. */
    static boolean probed(ListQuery query) {
        return query.sort() == Sort.SCHEDULED_AT
                ? query.idPrefix() != null
                : query.from() != null || query.to() != null;
    }

    /** The statement that says whether there are few candidates, and how many; it counts no further than that. */
    static ListSql probe(ListQuery query) {
        return new ListSql(query);
    }

    private ListSql(ListQuery query) {
        this.query = query;
        this.few = false;
        this.conditions = new ListConditions(query);
        this.direction = "";
        boolean search = query.sort() == Sort.SCHEDULED_AT;
        int few = search ? FEW_FOUND : FEW_IN_RANGE;
        String enough = " limit " + (few + 1) + ")";
        Stream<String> ranges = search
                ? Stream.of("(select 1 from execution where true" + conditions.prefix("id") + " order by id" + enough)
                : conditions.endedStatuses().stream()
                        .map(status -> "(select 1 from execution where status = '" + status + "'" + conditions.times()
                                + " order by scheduled_at, id" + enough);
        this.text = "select count(*) as candidates, count(*) <= " + few + " as few from (select 1 from ("
                + Stream.concat(Stream.of("select 1 where false"), ranges).collect(joining(" union all "))
                + ") as ranges" + enough + " as counted";
    }

    /** The rows of the page, whose keys and ids stand in {@code ranges}. */
    private String page(String ranges) {
        return "with recursive " + NAMES.formatted("ended_names", "execution where status <> 'active'") + ", "
                + NAMES.formatted("active_names", "task where true")
                + ", page as materialized (select key, id from (" + ranges + ") as ranges" + order("key", "id")
                + " limit " + query.limit() + " offset " + query.offset() + ") select " + Rows.RECORD
                + " from page p cross join lateral (select * from execution where id = p.id limit 1) e"
                + " left join lateral (select * from task where execution_id = p.id limit 1) t on true"
                + order("p.key", "p.id");
    }

    private String order(String key, String id) {
        return " order by " + key + direction + ", " + id + direction;
    }

    /** All that the search finds. */
    private String found() {
        return "select f.scheduled_at as key, f.id from (select * from execution where true" + conditions.prefix("id")
                + " offset 0) f where true" + conditions.status("f") + conditions.name("f.task_name")
                + conditions.times() + conditions.after("f.scheduled_at", "f.id");
    }

    private String merged() {
        List<String> ranges = new ArrayList<>();
        Stream<String> ended = conditions.endedStatuses().stream().filter(this::reached);
        ended.map(status -> query.sort() == Sort.SCHEDULED_AT && query.taskName() == null
                        ? endedByTime(status)
                        : endedByName(status))
                .forEach(ranges::add);
        conditions.activeStatuses().stream()
                .filter(this::reached)
                .map(this::activeByName)
                .forEach(ranges::add);
        // In the order by status, a cursor may leave no status that could still come.
        return ranges.isEmpty()
                ? "select id as key, id from execution where false"
                : String.join(" union all ", ranges);
    }

    /** Whether that status can stand after the cursor. */
    private boolean reached(String status) {
        if (query.sort() != Sort.STATUS || query.after() == null) {
            return true;
        }
        int order = status.compareTo(query.after().key());
        return query.descending() ? order <= 0 : order >= 0;
    }

    private String endedByTime(String status) {
        return "(select scheduled_at as key, id from execution where status = '" + status + "'" + conditions.times()
                + conditions.beginning("id") + conditions.after("scheduled_at", "id") + first("scheduled_at", "id")
                + ")";
    }

    private String endedByName(String status) {
        return byName("ended_names", "execution where task_name = n.name and status = '" + status + "'", status, "id");
    }

    /**
     * Between the name and the name, not equal to it: of the orders by name and id then only an index of both can be read, and
     * never the primary key past all other names, which is taken for as good where nearly all tasks have one name.
     */
    private String activeByName(String status) {
        String started = status.equals("scheduled") ? "null" : "not null";
        String named = query.sort() == Sort.SCHEDULED_AT ? "task_name = n.name" : "task_name between n.name and n.name";
        return byName("active_names", "task where " + named + " and started_at is " + started, status, "execution_id");
    }

    private String byName(String names, String rows, String status, String id) {
        boolean byTime = query.sort() == Sort.SCHEDULED_AT;
        String key = switch (query.sort()) {
            case SCHEDULED_AT -> "scheduled_at";
            case STATUS -> "'" + status + "'::text collate \"C\"";
            case TASK_NAME -> "n.name";
        };
        String position = byTime ? conditions.after(key, id) : conditions.afterId(status, id);
        String first = byTime ? first(key, id) : few ? "" : first("task_name", id);
        return "(select r.key, r.id from " + names + " n cross join lateral (select " + key + " as key, " + id
                + " as id from " + rows + conditions.times()
                + (byTime ? conditions.beginning(id) : conditions.prefix(id)) + position + first
                + ") r where n.name is not null"
                + conditions.name("n.name") + conditions.nameReached() + ")";
    }

    private String first(String key, String id) {
        return order(key, id) + " limit " + (query.limit() + (long) query.offset());
    }

    String text() {
        return text;
    }

    Tuple parameters() {
        return conditions.parameters();
    }
}
