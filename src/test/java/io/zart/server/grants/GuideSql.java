package io.zart.server.grants;

import io.zart.server.config.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SQL of the operations guide, executed as it is written. */
final class GuideSql {

    private static final Path GUIDE = Path.of("src/main/docs/operations.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sql\\n(.*?)^```$");
    private static final String CONNECT = "\\c ";

    private GuideSql() {}

    /** Every block, in order; psql's {@code \c} goes to another database. */
    static void execute(DatabaseUrl server) throws IOException, SQLException {
        Matcher block = BLOCK.matcher(Files.readString(GUIDE));
        while (block.find()) {
            String database = server.database();
            for (String line : lines(block.group(1))) {
                if (line.startsWith(CONNECT)) {
                    database = line.substring(CONNECT.length()).strip();
                } else {
                    run(server, database, line);
                }
            }
        }
    }

    /** Takes back what the guide has made. */
    static void undo(DatabaseUrl server) throws SQLException {
        run(server, server.database(), "drop database if exists zart with (force)");
        run(server, server.database(), "drop role if exists zart_service");
        run(server, server.database(), "drop role if exists zart_owner");
    }

    private static List<String> lines(String block) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : block.split("\n")) {
            statement.append(line).append('\n');
            if (line.startsWith(CONNECT) || line.endsWith(";")) {
                statements.add(statement.toString().strip());
                statement.setLength(0);
            }
        }
        return statements;
    }

    private static void run(DatabaseUrl server, String database, String sql) throws SQLException {
        String url = "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database;
        try (Connection connection = DriverManager.getConnection(
                url, server.username(), server.password().orElse(""))) {
            connection.createStatement().execute(sql);
        } catch (SQLException e) {
            throw new SQLException(sql + ": " + e.getMessage(), e);
        }
    }
}
