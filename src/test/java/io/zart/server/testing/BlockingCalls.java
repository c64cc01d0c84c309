package io.zart.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Every call with which an event loop of this JVM stood still, however short, as the JVM itself recorded it: parked, asleep,
 * waiting for a monitor's notification, or reading a blocking socket.
 */
public final class BlockingCalls {

    private static final String EVENT_LOOP = "vert.x-eventloop-thread";
    private static final List<String> WAITS = List.of("jdk.ThreadPark", "jdk.ThreadSleep", "jdk.JavaMonitorWait");
    private static final String READ = "jdk.SocketRead";

    private BlockingCalls() {}

    /** Does something and gives the blocking calls of event loops meanwhile, each with its stack. */
    public static List<String> during(Runnable action) {
        try (Recording recording = new Recording()) {
            WAITS.forEach(event ->
                    recording.enable(event).withThreshold(Duration.ZERO).withStackTrace());
            recording.enable(READ).withThreshold(Duration.ZERO).withStackTrace();
            recording.start();
            action.run();
            recording.stop();
            return read(recording);
        }
    }

    private static List<String> read(Recording recording) {
        try {
            Path file = Files.createTempFile(Path.of("target"), "blocking-", ".jfr");
            try {
                recording.dump(file);
                return RecordingFile.readAllEvents(file).stream()
                        .filter(BlockingCalls::onEventLoop)
                        .filter(BlockingCalls::blocks)
                        .map(BlockingCalls::described)
                        .toList();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean onEventLoop(RecordedEvent event) {
        return event.getThread() != null
                && event.getThread().getJavaName() != null
                && event.getThread().getJavaName().startsWith(EVENT_LOOP);
    }

    /** The event loop's own reads, of channels, do not block. */
    private static boolean blocks(RecordedEvent event) {
        return !event.getEventType().getName().equals(READ)
                || frames(event).stream()
                        .anyMatch(frame -> frame.getMethod().getType().getName().startsWith("java.net.Socket"));
    }

    private static List<RecordedFrame> frames(RecordedEvent event) {
        return event.getStackTrace() == null ? List.of() : event.getStackTrace().getFrames();
    }

    private static String described(RecordedEvent event) {
        return frames(event).stream()
                .map(frame -> frame.getMethod().getType().getName() + "."
                        + frame.getMethod().getName() + ":" + frame.getLineNumber())
                .collect(Collectors.joining(
                        "\n  ", event.getEventType().getName() + " for " + event.getDuration() + "\n  ", "\n"));
    }
}
