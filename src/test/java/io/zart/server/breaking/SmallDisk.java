package io.zart.server.breaking;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file system of a limited size in the place of one folder, for the programs that are started in it. It lives in a namespace of
 * its own, which needs no rights beyond those that most systems give to everybody, and goes when the test does.
 */
final class SmallDisk implements AutoCloseable {

    private static final String MAKE = "mount -t tmpfs -o size=$3m tmpfs \"$2\" && cp -a \"$1\" \"$2/copy\""
            + " && mount --bind \"$2/copy\" \"$1\" && echo ready && exec cat";

    private final Process holder;
    private final Path mount;

    private SmallDisk(Process holder, Path mount) {
        this.holder = holder;
        this.mount = mount;
    }

    /** With a copy of what the folder holds; empty where the system does not allow it. */
    static Optional<SmallDisk> over(Path folder, int megabytes) {
        try {
            Path mount = Files.createTempDirectory(
                    folder.toAbsolutePath().getParent().getParent(), "small");
            Process holder = new ProcessBuilder(
                            "unshare", "-rm", "sh", "-c", MAKE, "sh", "" + folder, "" + mount, "" + megabytes)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if ("ready".equals(said)) {
                return Optional.of(new SmallDisk(holder, mount));
            }
            holder.destroy();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a command begins with that is to run on this disk. */
    List<String> enter() {
        return List.of("nsenter", "-t", "" + holder.pid(), "-U", "-m", "--preserve-credentials");
    }

    /** Leaves no room. */
    void fill() {
        run("head -c 1T /dev/zero > '" + mount + "/filler' 2>/dev/null || true");
    }

    /** Gives the room back. */
    void empty() {
        run("rm -f '" + mount + "/filler'");
    }

    private void run(String script) {
        List<String> command = new ArrayList<>(enter());
        command.addAll(List.of("sh", "-c", script));
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        holder.destroy();
    }
}
