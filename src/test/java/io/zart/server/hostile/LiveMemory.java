package io.zart.server.hostile;

import io.zart.server.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a process of the service holds for good. */
final class LiveMemory {

    private static final long MEBIBYTE = 1 << 20;

    private LiveMemory() {}

    /** The heap after a full collection; of the native binary, whose heap cannot be asked, what is resident. In MiB. */
    static long mebibytes(ServiceProcess service) throws IOException, InterruptedException {
        String pid = Long.toString(service.pid());
        if (ServiceProcess.isNative()) {
            return Long.parseLong(output("ps", "-o", "rss=", "-p", pid).trim()) * 1024 / MEBIBYTE;
        }
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram = output(jcmd, pid, "GC.class_histogram");
        String total = histogram.substring(histogram.lastIndexOf("Total"));
        return Long.parseLong(total.trim().split("\\s+")[2]) / MEBIBYTE;
    }

    /** How much more than before may be caches, code and statistics; a native process takes memory in larger pieces. */
    static long allowance() {
        return ServiceProcess.isNative() ? 128 : 24;
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.Charset.defaultCharset());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
