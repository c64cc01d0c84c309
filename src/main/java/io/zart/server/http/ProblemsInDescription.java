package io.zart.server.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Adds to the API description, when the program is built, what every route may answer instead of its result: a problem. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ProblemsInDescription implements OASFilter {

    private static final String NAME = "Problem";

    @Override
    public void filterOpenAPI(OpenAPI description) {
        if (description.getComponents() == null) {
            description.setComponents(OASFactory.createComponents());
        }
        description.getComponents().addSchema(NAME, schema()).addResponse(NAME, response());
        if (description.getPaths() != null) {
            description
                    .getPaths()
                    .getPathItems()
                    .values()
                    .forEach(path -> path.getOperations().values().forEach(ProblemsInDescription::extend));
        }
    }

    private static void extend(Operation operation) {
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        operation.getResponses().setDefaultValue(OASFactory.createAPIResponse().ref(NAME));
    }

    private static APIResponse response() {
        return OASFactory.createAPIResponse()
                .description("400 malformed, 404 unknown, 405, 409 the state does not allow it, 413, 415, 422 not"
                        + " acceptable, 503 try again after Retry-After, 504 a wait timed out")
                .content(OASFactory.createContent()
                        .addMediaType(
                                Problem.TYPE,
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema().ref(NAME))));
    }

    private static Schema schema() {
        Map<String, String> texts = Map.of(
                "type", "A URN of the code",
                "title", "The same for every occurrence of the code",
                "detail", "What happened this time",
                "error", "The same as detail, for older clients",
                "code", "The entry of the catalogue, such as execution-not-found");
        Schema schema =
                OASFactory.createSchema().addType(SchemaType.OBJECT).description("RFC 9457, with further members");
        texts.forEach((name, what) -> schema.addProperty(name, text(what)).addRequired(name));
        return schema.addProperty("status", OASFactory.createSchema().addType(SchemaType.INTEGER))
                .addRequired("status");
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(SchemaType.STRING).description(description);
    }
}
