package io.zart.server.http;

import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Refuses a request target that is no URI, or whose percent-encoding is not UTF-8, before any route reads it. The framework has
 * a check of its own, which answers without a problem; {@link #OWN_CHECK} switches it off.
 */
public final class RequestTarget {

    /** The system property, {@code true} or {@code false}, that switches off the framework's check; read once, at the start. */
    public static final String OWN_CHECK = "vertx.disableURIValidation";

    private RequestTarget() {}

    static void handle(RoutingContext context) {
        if (wellFormed(context.request().uri())) {
            context.next();
        } else {
            HttpFilters.answer(context, 400);
        }
    }

    /** Whether it is a URI and its encoded octets are UTF-8. */
    static boolean wellFormed(String target) {
        try {
            new URI(target);
        } catch (URISyntaxException malformed) {
            return false;
        }
        return target.indexOf('%') < 0 || utf8(target);
    }

    private static boolean utf8(String target) {
        ByteBuffer octets = ByteBuffer.allocate(target.length());
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) != '%') {
                // What stands between two encoded octets ends a character.
                octets.put((byte) '.');
                continue;
            }
            octets.put((byte) Integer.parseInt(target, i + 1, i + 3, 16));
            i += 2;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(octets.flip());
            return true;
        } catch (CharacterCodingException invalid) {
            return false;
        }
    }
}
