package io.zart.server.security;

import static io.zart.server.config.Role.CLIENT;
import static io.zart.server.config.Role.OPERATOR;
import static io.zart.server.config.Role.VIEWER;
import static io.zart.server.config.Role.WORKER;

import io.zart.server.config.Role;
import io.zart.server.http.HttpSettings;
import java.util.List;
import java.util.Set;

/** The rule of every route. A route that is missing here is refused while security is on, and fails a test. */
public final class RouteTable {

    private static final String API = HttpSettings.API;
    private static final String ADMIN = HttpSettings.ADMIN;

    private static final List<RouteRule> RULES = List.of(
            rule("GET", API + "/executions", VIEWER, CLIENT, OPERATOR),
            rule("POST", API + "/executions", CLIENT),
            rule("POST", API + "/executions/wait", CLIENT),
            rule("GET", API + "/executions/{id}", VIEWER, CLIENT, OPERATOR),
            rule("GET", API + "/executions/{id}/children", VIEWER, CLIENT, OPERATOR),
            rule("GET", API + "/executions/{id}/wait", CLIENT),
            rule("POST", API + "/executions/{id}/cancel", CLIENT, OPERATOR),
            rule("POST", API + "/events/{id}/{eventName}", CLIENT),
            rule("POST", API + "/worker/claim", WORKER),
            rule("POST", API + "/worker/commands", WORKER),
            rule("GET", API + "/stats", VIEWER, CLIENT, OPERATOR),
            rule("GET", API + "/stats/queues", VIEWER, CLIENT, OPERATOR),
            rule("GET", ADMIN + "/executions/{id}/detail", VIEWER, OPERATOR),
            rule("GET", ADMIN + "/executions/{id}/runs", VIEWER, OPERATOR),
            rule("GET", ADMIN + "/executions/{id}/audit", VIEWER, OPERATOR),
            rule("GET", ADMIN + "/workers", VIEWER, OPERATOR),
            rule("GET", ADMIN + "/audit", VIEWER, OPERATOR),
            rule("POST", ADMIN + "/executions/{id}/retry-step", OPERATOR),
            rule("POST", ADMIN + "/executions/{id}/restart", OPERATOR),
            rule("POST", ADMIN + "/executions/{id}/rerun", OPERATOR),
            rule("POST", ADMIN + "/bulk/{operation}", OPERATOR),
            rule("GET", ADMIN + "/pause", VIEWER, OPERATOR),
            rule("POST", ADMIN + "/pause", OPERATOR),
            rule("POST", ADMIN + "/pause/{ruleId}", OPERATOR),
            rule("DELETE", ADMIN + "/pause/{ruleId}", OPERATOR));

    private RouteTable() {}

    /** Every rule. */
    public static List<RouteRule> rules() {
        return RULES;
    }

    /** The rules of that path, of all methods. */
    static List<RouteRule> of(String path) {
        List<String> segments = RouteRule.segments(path);
        List<RouteRule> matching =
                RULES.stream().filter(rule -> rule.matches(segments)).toList();
        List<RouteRule> exact =
                matching.stream().filter(rule -> !rule.template().contains("{")).toList();
        return exact.isEmpty() ? matching : exact;
    }

    private static RouteRule rule(String method, String template, Role... roles) {
        return new RouteRule(method, template, Set.of(roles));
    }
}
