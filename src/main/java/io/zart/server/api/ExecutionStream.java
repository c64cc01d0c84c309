package io.zart.server.api;

import io.smallrye.mutiny.Multi;
import io.zart.server.execution.Execution;
import io.zart.server.http.Checks;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Optional;

/** Turns the changes of one execution into server-sent events, with a comment now and then that keeps the connection. */
final class ExecutionStream {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private final Sse sse;
    private final long known;

    /** A stream that skips the versions up to the one in Last-Event-ID (null or malformed: none). */
    ExecutionStream(Sse sse, String lastEventId) {
        this.sse = sse;
        Long version = Checks.seconds(lastEventId, Long.MAX_VALUE);
        this.known = version == null ? -1 : version;
    }

    Multi<OutboundSseEvent> events(Multi<Execution> changes) {
        Multi<Optional<OutboundSseEvent>> states = changes.map(this::event)
                .map(Optional::of)
                .onCompletion()
                .continueWith(Optional.<OutboundSseEvent>empty());
        Multi<Optional<OutboundSseEvent>> comments = Multi.createFrom()
                .ticks()
                .startingAfter(KEEP_ALIVE)
                .every(KEEP_ALIVE)
                .onOverflow()
                .drop()
                .map(tick -> Optional.of(comment()));
        return Multi.createBy()
                .merging()
                .streams(states, comments)
                .select()
                .first(Optional::isPresent)
                .map(Optional::get);
    }

    private OutboundSseEvent event(Execution execution) {
        if (execution.version() <= known) {
            return comment();
        }
        return sse.newEventBuilder()
                .name("execution")
                .id(Long.toString(execution.version()))
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(ExecutionView.class, ExecutionView.of(execution))
                .build();
    }

    private OutboundSseEvent comment() {
        return sse.newEventBuilder().comment("").build();
    }
}
