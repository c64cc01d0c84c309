package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An instance of the release before works on while a newer one migrates, so a migration only adds. What no release in use needs any
 * more may be taken away by a file that is named here.
 */
class ExpandFirstTest {

    private static final Path FILES = Path.of("src/main/resources/db/migration");

    /** Up to this version the schema was never in use by two releases at once. */
    private static final int BASELINE = 11;

    /** Files that take away what no release needs that may still run beside the present one. */
    private static final Set<String> CONTRACTIONS = Set.of();

    private static final Pattern VERSION = Pattern.compile("V(\\d+)__.*\\.sql");

    private static final Map<String, Pattern> FORBIDDEN = forbidden();

    private static Map<String, Pattern> forbidden() {
        Map<String, Pattern> rules = new LinkedHashMap<>();
        rules.put(
                "drops what older code may use",
                pattern("\\bdrop (table|column|view|materialized view|type|schema|"
                        + "sequence|function|procedure|domain|default|identity|expression)\\b"));
        rules.put("drops a column", pattern("\\balter table\\b.* drop (?!constraint|not null|default|index)\\w"));
        rules.put("renames", pattern("\\brename\\b"));
        rules.put("changes a type", pattern("\\b(alter type|set data type|alter (column )?\\S+ type)\\b"));
        rules.put("refuses nulls that older code writes", pattern("\\bset not null\\b"));
        rules.put(
                "adds a column that older code leaves out",
                pattern("\\badd (column )?(if not exists )?(?!constraint|column|check|unique|primary|foreign|exclude)"
                        + "\\S+ (?![^,]*\\bdefault\\b)[^,]*\\bnot null\\b"));
        rules.put(
                "adds a constraint that reads the whole table under a lock",
                pattern("\\balter table\\b.*\\badd (constraint \\S+ )?(check|foreign key)\\b(?!.*\\bnot valid\\b)"));
        rules.put(
                "adds a key to a table that is in use",
                pattern(
                        "\\balter table\\b.*\\badd (constraint \\S+ )?(unique|primary key|exclude)\\b(?! using index)"));
        rules.put("deletes rows", pattern("\\b(truncate|delete from)\\b"));
        return rules;
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex);
    }

    @Test
    void noMigrationTakesAnythingFromTheReleaseBefore() throws IOException {
        List<String> offences = new ArrayList<>();
        try (Stream<Path> files = Files.list(FILES)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (version(file) > BASELINE && !CONTRACTIONS.contains(name)) {
                    offences(Files.readString(file)).forEach(each -> offences.add(name + " " + each));
                }
            }
        }
        assertThat(offences).isEmpty();
    }

    @Test
    void whatTheReleaseBeforeWouldMissIsFound() {
        assertThat(List.of(
                        "alter table task drop column holder",
                        "alter table task drop holder",
                        "ALTER TABLE task\n  RENAME COLUMN holder TO owner",
                        "drop table worker",
                        "alter table task alter column version type bigint",
                        "alter table task alter version set data type bigint",
                        "alter table task alter column holder set not null",
                        "alter table task alter column version drop default",
                        "alter table task add column extra text not null",
                        "alter table task add column one int, add column extra text not null",
                        "alter table task add constraint c check (version > 0)",
                        "alter table task add constraint u unique (holder)",
                        "alter type mood add value 'x'; alter type mood rename value 'x' to 'y'",
                        "truncate audit",
                        "select 1; -- comment\ndelete from audit"))
                .allSatisfy(sql -> assertThat(offences(sql)).as(sql).isNotEmpty());
    }

    @Test
    void whatOnlyAddsIsLeftAlone() {
        assertThat(List.of(
                        "create table extra (id text not null, note text)",
                        "create index extra_by_note on extra (note)",
                        "alter table task add column extra text",
                        "alter table task add column extra integer not null default 0, add column more text",
                        "alter table task alter column holder drop not null",
                        "alter table task add constraint c check (version > 0) not valid",
                        "-- drop table task\ncreate table extra (id text)",
                        "comment on table task is 'rename; drop table'"))
                .allSatisfy(sql -> assertThat(offences(sql)).as(sql).isEmpty());
    }

    private static int version(Path file) {
        Matcher matcher = VERSION.matcher(file.getFileName().toString());
        assertThat(matcher.matches()).as("%s is a versioned migration", file).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private static List<String> offences(String sql) {
        String plain = sql.replaceAll("--[^\n]*", " ")
                .replaceAll("(?s)/\\*.*?\\*/", " ")
                .replaceAll("'[^']*'", "''");
        List<String> offences = new ArrayList<>();
        for (String statement : plain.split(";")) {
            String text =
                    statement.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").trim();
            FORBIDDEN.forEach((why, pattern) -> {
                if (pattern.matcher(text).find()) {
                    offences.add(why + ": " + text);
                }
            });
        }
        return offences;
    }
}
