package io.zart.server.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.zart.server.config.ZartConfig;
import io.zart.server.execution.ErrorCode;
import io.zart.server.http.HttpFilters;
import io.zart.server.http.Problem;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** Lets in who may come in, while security is on. What has no rule is not served. Never blocks. */
@Singleton
public class AccessFilter {

    private static final Logger LOG = Logger.getLogger(AccessFilter.class);

    /** After prefixes and origins, before a body is read. */
    private static final int PRIORITY = 385;

    private static final String BEARER = "bearer ";
    private static final String API_KEY_HEADER = "X-API-Key";

    private final boolean enabled;
    private final boolean oidc;
    private final ApiKeys keys;
    private final Tokens tokens;

    AccessFilter(ZartConfig config, ApiKeys keys, Tokens tokens) {
        this.enabled = config.security().enabled();
        this.oidc = config.security().oidcUrl().isPresent();
        this.keys = keys;
        this.tokens = tokens;
    }

    void register(@Observes Filters filters) {
        if (enabled) {
            filters.register(this::handle, PRIORITY);
        }
    }

    private void handle(RoutingContext context) {
        if (OpenPaths.contains(context.normalizedPath())) {
            context.next();
            return;
        }
        String credential = credential(context);
        if (credential == null) {
            refuse(context, ErrorCode.UNAUTHORIZED, "an API key or a token is needed", "Bearer realm=\"zart\"");
        } else if (oidc && Tokens.isToken(credential)) {
            context.request().pause();
            tokens.caller(context)
                    .subscribe()
                    .with(caller -> resume(context, caller), failure -> issuerAway(context, failure));
        } else {
            decide(context, keys.caller(credential));
        }
    }

    private static String credential(RoutingContext context) {
        String authorization = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).trim();
        }
        return context.request().getHeader(API_KEY_HEADER);
    }

    private static void resume(RoutingContext context, Optional<Caller> caller) {
        context.request().resume();
        decide(context, caller);
    }

    private static void issuerAway(RoutingContext context, Throwable failure) {
        LOG.warnf("A token could not be checked: %s", failure.getClass().getSimpleName());
        context.request().resume();
        HttpFilters.answer(context, Problem.of(ErrorCode.OVERLOADED, "the issuer of tokens cannot be asked now"));
    }

    private static void decide(RoutingContext context, Optional<Caller> caller) {
        if (caller.isEmpty()) {
            String challenge = "Bearer realm=\"zart\", error=\"invalid_token\"";
            refuse(context, ErrorCode.UNAUTHORIZED, "the API key or token is unknown, invalid or expired", challenge);
            return;
        }
        String method = context.request().method().name().replace("HEAD", "GET");
        List<RouteRule> rules = RouteTable.of(context.normalizedPath());
        Optional<RouteRule> rule =
                rules.stream().filter(one -> one.method().equals(method)).findFirst();
        if (rules.isEmpty()) {
            HttpFilters.answer(context, 404);
        } else if (rule.isEmpty()) {
            context.response().putHeader(HttpHeaders.ALLOW, allowed(rules));
            HttpFilters.answer(context, 405);
        } else if (Collections.disjoint(rule.get().roles(), caller.get().roles())) {
            refuse(
                    context,
                    ErrorCode.FORBIDDEN,
                    "needs " + roles(rule.get()),
                    "Bearer realm=\"zart\", error=\"insufficient_scope\"");
        } else {
            context.put(Caller.KEY, caller.get());
            context.next();
        }
    }

    private static String allowed(List<RouteRule> rules) {
        TreeSet<String> methods =
                new TreeSet<>(rules.stream().map(RouteRule::method).toList());
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return String.join(", ", methods);
    }

    private static String roles(RouteRule rule) {
        TreeSet<String> names =
                new TreeSet<>(rule.roles().stream().map(role -> role.wire()).toList());
        return names.size() == 1 ? "the role " + names.first() : "one of the roles " + String.join(", ", names);
    }

    private static void refuse(RoutingContext context, ErrorCode code, String detail, String challenge) {
        context.response().putHeader("WWW-Authenticate", challenge);
        HttpFilters.answer(context, Problem.of(code, detail));
    }
}
