package io.zart.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A program of one of the clients as a child process: for tests that serve tasks from outside. Close kills it. */
public final class ClientProcess implements AutoCloseable {

    private static final Path CLIENTS = Path.of("src", "clients").toAbsolutePath();
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path output;

    private ClientProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** The languages of the clients, each with a worker that serves the samples. */
    public enum Language {
        /** Python, standard library only. */
        PYTHON("python", "python3", "samples.py", List.of("-m", "unittest", "discover", "-t", ".", "-s", "tests")),
        /** TypeScript on Node. */
        TYPESCRIPT("typescript", "node", "samples.js", List.of("--test"));

        private final String folder;
        private final String program;
        private final String samples;
        private final List<String> tests;

        Language(String folder, String program, String samples, List<String> tests) {
            this.folder = folder;
            this.program = program;
            this.samples = samples;
            this.tests = tests;
        }

        /** Skips the test, and says so, where the program that runs the language is absent. */
        public void assumePresent() {
            Assumptions.assumeTrue(present(), program + " is not installed: what runs in it is not tested");
        }

        private boolean present() {
            try {
                Process probe = new ProcessBuilder(program, "--version")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return probe.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** Starts a worker that serves the sample handlers. */
    public static ClientProcess samples(Language language, String url, Map<String, String> environment) {
        return start(language, url, environment, List.of(language.samples));
    }

    /** Starts the tests of a client, which talk to the service at the URL. */
    public static ClientProcess tests(Language language, String url) {
        return start(language, url, Map.of(), language.tests);
    }

    private static ClientProcess start(
            Language language, String url, Map<String, String> environment, List<String> arguments) {
        try {
            Path output = Files.createTempFile(Path.of("target"), language.folder + "-", ".log");
            ProcessBuilder builder = new ProcessBuilder(language.program)
                    .directory(CLIENTS.resolve(language.folder).toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.command().addAll(arguments);
            builder.environment().keySet().removeIf(name -> name.startsWith("ZART_"));
            builder.environment().put("ZART_URL", url);
            builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
            builder.environment().putAll(environment);
            return new ClientProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it without its notice, as a crash does. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Asks it to stop and gives its exit code. */
    public int terminate() {
        process.destroy();
        return awaitExit();
    }

    /** Freezes it: it neither works nor knows. */
    public void freeze() {
        Signals.send(process.pid(), "STOP");
    }

    /** Lets it go on after a freeze. */
    public void thaw() {
        Signals.send(process.pid(), "CONT");
    }

    /** Waits for its end and gives the exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the client does not end: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether it still runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** What it has written so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
            awaitExit();
        }
    }
}
