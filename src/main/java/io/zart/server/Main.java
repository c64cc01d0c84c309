package io.zart.server;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.zart.server.config.Launch;
import io.zart.server.config.MigrateMode;
import io.zart.server.config.SettingException;
import io.zart.server.http.RequestTarget;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The program: checks the settings, provides a database, runs the service, or migrates only with {@code --migrate}. */
@QuarkusMain
public final class Main {

    /** More than any grace period between SIGTERM and SIGKILL. */
    private static final long PATIENCE_SECONDS = 600;

    Main() {}

    /**
     * Runs the service until it is told to stop.
     *
     * @param args the program's arguments
     */
    public static void main(String... args) {
        System.setProperty(RequestTarget.OWN_CHECK, "true");
        boolean migrateOnly = Arrays.asList(args).contains(MigrateMode.ARGUMENT);
        AtomicInteger exitCode = new AtomicInteger();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endWell(stopped, exitCode), "exit-code"));
        try (Launch launch = Launch.prepare(migrateOnly ? MigrateMode.settings() : Map.of())) {
            Quarkus.run(
                    migrateOnly ? MigrateMode.class : null,
                    (code, failure) -> exitCode.set(failure == null ? code : failed(code, failure)),
                    args);
        } catch (SettingException e) {
            System.err.println("zart-server: " + e.getMessage());
            exitCode.set(1);
        }
        stopped.countDown();
        if (exitCode.get() != 0) {
            System.exit(exitCode.get());
        }
    }

    /** A start that fails says why: whoever gives an exit handler is asked to. */
    private static int failed(int code, Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        System.err.println("zart-server: cannot start: " + cause.getMessage());
        return Math.max(code, 1);
    }

    /** The end that a signal has asked for is a success when everything has stopped in good order; the JVM would say 143. */
    private static void endWell(CountDownLatch stopped, AtomicInteger exitCode) {
        try {
            if (stopped.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && exitCode.get() == 0) {
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
