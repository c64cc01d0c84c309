package io.zart.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The packaged service as a child process on a port of its own: for tests that crash it. Close kills what still runs. */
public final class ServiceProcess implements AutoCloseable {

    /** The jar, or the native binary in a build that makes one; says the build. */
    public static final Path PROGRAM = Path.of(
                    System.getProperty("packaged.program", "target/quarkus-app/quarkus-run.jar"))
            .toAbsolutePath();

    /** Options of the JVM; says the build. */
    private static final List<String> OPTIONS = Pattern.compile(" ")
            .splitAsStream(System.getProperty("packaged.options", ""))
            .filter(option -> !option.isEmpty())
            .toList();

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final Process process;
    private final int port;
    private final Path output;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServiceProcess(Process process, int port, Path output) {
        this.process = process;
        this.port = port;
        this.output = output;
    }

    /**
     * Starts the service and waits until it is ready.
     *
     * @param environment settings, for example {@code ZART_DATABASE_URL}
     * @return the ready service
     */
    public static ServiceProcess start(Map<String, String> environment) {
        ServiceProcess service = launch(environment);
        service.awaitReady();
        return service;
    }

    /** The same on a port that is known before, as after a restart. */
    public static ServiceProcess startAt(int port, Map<String, String> environment) {
        ServiceProcess service = launchAt(port, environment);
        service.awaitReady();
        return service;
    }

    /**
     * Starts the service and does not wait.
     *
     * @param environment settings
     * @param arguments the program's arguments
     * @return the process
     */
    public static ServiceProcess launch(Map<String, String> environment, String... arguments) {
        return launchAt(freePort(), environment, arguments);
    }

    /** Starts another build of the service, a jar or a native binary, and does not wait. */
    public static ServiceProcess launchOther(Path program, Map<String, String> environment) {
        return launchAt(program, freePort(), environment);
    }

    private static ServiceProcess launchAt(int port, Map<String, String> environment, String... arguments) {
        return launchAt(PROGRAM, port, environment, arguments);
    }

    private static ServiceProcess launchAt(
            Path program, int port, Map<String, String> environment, String... arguments) {
        try {
            Path output = Files.createTempFile(Path.of("target"), "service-", ".log");
            List<String> command = new ArrayList<>();
            if (program.toString().endsWith(".jar")) {
                String java =
                        Path.of(System.getProperty("java.home"), "bin", "java").toString();
                command.addAll(List.of(java, "-Xmx512m"));
                command.addAll(OPTIONS);
                command.add("-jar");
            }
            command.add(program.toString());
            command.addAll(List.of(arguments));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("ZART_") || name.startsWith("QUARKUS_"));
            builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
            builder.environment().putAll(environment);
            return new ServiceProcess(builder.start(), port, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the packaged service is a native binary, which has no embedded database. */
    public static boolean isNative() {
        return !PROGRAM.toString().endsWith(".jar");
    }

    /** The id of its process. */
    public long pid() {
        return process.pid();
    }

    /** The root URL, without a slash at its end. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Waits until the readiness check says yes; fails with the output if the process ends. */
    public void awaitReady() {
        Awaitility.await("readiness of " + url())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !process.isAlive() || status("/readyz") == 200);
        if (!process.isAlive()) {
            throw new IllegalStateException("the service ended: " + output());
        }
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it as a crash does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Sends it a signal, for example {@code STOP}, and does not wait. */
    public void signal(String name) {
        Signals.send(process.pid(), name);
    }

    /** Asks it to stop, as an orchestrator does, and waits. */
    public int terminate() {
        process.destroy();
        return awaitExit();
    }

    /** Waits for its end and gives the exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the service does not end: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it has written so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The status of a GET, or -1 if nobody answers. */
    public int status(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    /** A port that nobody uses at the moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
