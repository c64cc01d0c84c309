package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;

/** Globs of pause rules. */
final class Globs {

    private Globs() {}

    /** Whether one of the globs matches the whole name. */
    static boolean match(JsonNode globs, String name) {
        for (JsonNode glob : globs) {
            // A slash is an ordinary character in a step name: it stands for one that no name has.
            PathMatcher matcher = FileSystems.getDefault()
                    .getPathMatcher("glob:" + glob.asText().replace('/', '\uE000'));
            if (matcher.matches(Path.of(name.replace('/', '\uE000')))) {
                return true;
            }
        }
        return false;
    }
}
