import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** The packaged service as a child process, ready to be loaded. */
final class Service implements AutoCloseable {

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    final int port;
    private final boolean binary;
    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();

    Service(Options options, String databaseUrl) throws Exception {
        port = Postgres.freePort();
        binary = options.binary != null;
        List<String> command = new ArrayList<>();
        if (binary) {
            command.add(options.binary);
        } else {
            command.add(System.getProperty("java.home") + "/bin/java");
            command.addAll(List.of(options.javaOptions.split(" ")));
            command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/bench/service.log")));
        builder.environment().keySet().removeIf(name -> name.startsWith("QUARKUS_"));
        builder.environment().put("ZART_DATABASE_URL", databaseUrl);
        builder.environment().put("ZART_SAMPLES_ENABLED", Boolean.toString(options.samples));
        builder.environment().put("ZART_WAIT_MAX", "55s");
        builder.environment().put("ZART_RETENTION", options.retention);
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        process = builder.start();
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!ready()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("the service does not start: see target/bench/service.log");
            }
            Thread.sleep(50);
        }
    }

    private boolean ready() {
        try {
            return client.send(request("/readyz"), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (Exception notYet) {
            return false;
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
    }

    /** Executions that are still active. */
    long active() throws Exception {
        String stats = client.send(request("/api/v1/stats"), HttpResponse.BodyHandlers.ofString())
                .body();
        return number(stats, "scheduled") + number(stats, "running");
    }

    private static long number(String json, String member) {
        return Long.parseLong(json.replaceAll("(?s).*\"" + member + "\"\\s*:\\s*(\\d+).*", "$1"));
    }

    /** Bytes of the heap that are in use after a full collection; NaN for a binary, which cannot be asked. */
    double liveHeap() throws Exception {
        if (binary) {
            return Double.NaN;
        }
        String histogram = Shell.output(
                List.of(System.getProperty("java.home") + "/bin/jcmd", Long.toString(pid()), "GC.class_histogram"));
        String[] total = histogram.strip().split("\\s+");
        return Double.parseDouble(total[total.length - 1]);
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor();
    }
}
