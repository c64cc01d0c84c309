package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** CONTRACT 7: an execution as an event stream. */
abstract class EventStreamContract extends ServiceContract {

    private static final String STREAM = "text/event-stream";

    @Test
    void theStreamOfATerminalExecutionIsOneEventAndEnds() throws Exception {
        String id = Api.completed();
        Answer answer = Api.get(Api.path(id), "Accept", STREAM).is(200);
        assertThat(answer.header("content-type").orElse("")).startsWith(STREAM);
        List<Event> events = events(answer.body());
        assertThat(events).hasSize(1);
        assertThat(events.get(0).name).isEqualTo("execution");
        JsonNode record = Api.get(Api.path(id)).json();
        assertThat(new ObjectMapper().readTree(events.get(0).data)).isEqualTo(record);
        assertThat(events.get(0).id).isEqualTo(record.path("version").asText());
    }

    @Test
    void theStreamShowsTheCurrentStateFirstThenEachChangeAndEndsWithTheTerminalOne() throws Exception {
        String id = Api.active();
        CompletableFuture<Answer> stream = Api.getAsync(Api.path(id), "Accept", STREAM);
        Api.event(id, "approval", "1").is(202);
        List<Event> events = events(
                stream.get(60, java.util.concurrent.TimeUnit.SECONDS).is(200).body());
        Event last = events.get(events.size() - 1);
        assertThat(last.data).contains("\"status\":\"completed\"");
        List<Long> ids = events.stream().map(event -> Long.valueOf(event.id)).toList();
        assertThat(ids).as("versions in the stream").isSorted().doesNotHaveDuplicates();
    }

    @Test
    void lastEventIdSkipsWhatIsKnown() throws Exception {
        String id = Api.completed();
        String version = Api.get(Api.path(id)).raw("version");
        Answer answer = Api.get(Api.path(id), "Accept", STREAM, "Last-Event-ID", version);
        assertThat(events(answer.body())).as("events after the last known").isEmpty();
    }

    @Test
    void theStreamOfAnUnknownExecutionIs404() {
        Api.get(Api.path(Api.newId()), "Accept", STREAM).isProblem(404);
    }

    private static List<Event> events(String body) {
        List<Event> events = new ArrayList<>();
        for (String block : body.split("\r?\n\r?\n")) {
            Event event = new Event();
            for (String line : block.split("\r?\n")) {
                String value = line.substring(line.indexOf(':') + 1).trim();
                if (line.startsWith("event:")) {
                    event.name = value;
                } else if (line.startsWith("data:")) {
                    event.data += value;
                } else if (line.startsWith("id:")) {
                    event.id = value;
                }
            }
            if (!event.data.isEmpty()) {
                events.add(event);
            }
        }
        return events;
    }

    private static final class Event {
        private String name = "";
        private String id = "";
        private String data = "";
    }
}
