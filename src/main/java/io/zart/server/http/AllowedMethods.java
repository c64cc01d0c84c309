package io.zart.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which methods a path has: those of the published API description, which is made of the same annotations as the routes. */
@Singleton
public class AllowedMethods {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");
    private static final Set<String> ROOT_PATHS =
            Set.of("/healthz", "/readyz", "/metrics", "/openapi", "/openapi.json");
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

    private final Map<Pattern, Set<String>> routes = new LinkedHashMap<>();
    private final Set<String> templates = new HashSet<>();

    AllowedMethods(ApiDescription description) {
        description.paths().fields().forEachRemaining(path -> {
            templates.add(path.getKey());
            routes.put(template(path.getKey()), methods(path.getValue()));
        });
    }

    /**
     * The value of {@code Allow}.
     *
     * @param path as it came, under the default prefixes
     * @return empty for a path without a route
     */
    public String of(String path) {
        Set<String> methods = new TreeSet<>();
        routes.forEach((template, allowed) -> {
            if (template.matcher(path).matches()) {
                methods.addAll(allowed);
            }
        });
        if (ROOT_PATHS.contains(path)) {
            methods.add("GET");
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return String.join(", ", methods);
    }

    /** Whether that is a path at the root, whatever the prefixes. */
    static boolean atTheRoot(String path) {
        return ROOT_PATHS.contains(path);
    }

    /** Whether that is the path of a route, with its parameters in braces. */
    public boolean isTemplate(String path) {
        return ROOT_PATHS.contains(path) || templates.contains(path);
    }

    private static Pattern template(String path) {
        return Pattern.compile(Pattern.compile(PARAMETER.pattern())
                .splitAsStream(path + " ")
                .map(String::strip)
                .map(literal -> literal.isEmpty() ? "" : Pattern.quote(literal))
                .collect(Collectors.joining("[^/]+")));
    }

    private static Set<String> methods(JsonNode operations) {
        Set<String> methods = new TreeSet<>();
        operations.fieldNames().forEachRemaining(name -> {
            if (METHODS.contains(name)) {
                methods.add(name.toUpperCase(Locale.ROOT));
            }
        });
        return methods;
    }
}
