import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs programs to their end. */
final class Shell {

    private Shell() {}

    /** What it printed; fails with that when the program does. */
    static String output(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command.get(0) + ": " + output);
        }
        return output;
    }
}
