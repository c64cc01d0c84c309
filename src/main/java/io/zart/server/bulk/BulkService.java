package io.zart.server.bulk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.OnConflict;
import io.zart.server.execution.Started;
import io.zart.server.http.Fields;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** Starts bulk operations. Non-blocking, thread-safe. */
@Singleton
public class BulkService {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final BulkStore store;
    private final ExecutionService executions;

    public BulkService(BulkStore store, ExecutionService executions) {
        this.store = store;
        this.executions = executions;
    }

    /** How many executions match; does nothing. */
    public Uni<Long> matching(BulkRequest request) {
        return store.matching(request.filter()).map(BulkStore.Matching::count);
    }

    /**
     * Starts the durable execution that does it.
     *
     * @param id of that execution, a new one
     * @param fields the request, which has been validated
     */
    public Uni<Execution> start(String id, BulkRequest.Operation operation, Fields fields) {
        NewExecution start = new NewExecution(
                id, BulkHandler.TASK, payload(operation, fields), OnConflict.REJECT, null, null, null, null);
        return executions.start(start).map(Started::execution);
    }

    private static JsonText payload(BulkRequest.Operation operation, Fields fields) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("operation", operation.wire());
            for (Map.Entry<String, JsonText> member : fields.members().entrySet()) {
                if (!member.getKey().equals("operation")) {
                    json.writeFieldName(member.getKey());
                    json.writeRawValue(member.getValue().text());
                }
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new JsonText(out.toString());
    }
}
