package io.zart.server.config;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Checks that the server is one that the service can use. */
final class PostgresVersion {

    private static final int OLDEST = 15;

    private final DataSource dataSource;

    PostgresVersion(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Throws an {@link SQLException} that says which version is needed if the server is too old or away. */
    void check() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int / 10000")) {
            row.next();
            require(row.getInt(1));
        }
    }

    static void require(int major) throws SQLException {
        if (major < OLDEST) {
            throw new SQLException(
                    "PostgreSQL " + major + " is too old: the service needs version " + OLDEST + " or later");
        }
    }
}
