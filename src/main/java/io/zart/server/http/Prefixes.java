package io.zart.server.http;

import io.vertx.ext.web.RoutingContext;

/** Leads the prefixes of this start to the fixed paths of the resources. */
final class Prefixes {

    private static final String DONE = Prefixes.class.getName();

    private final String apiPrefix;
    private final String adminPrefix;

    Prefixes(String apiPrefix, String adminPrefix) {
        this.apiPrefix = apiPrefix;
        this.adminPrefix = adminPrefix;
    }

    void handle(RoutingContext context) {
        if (context.get(DONE) != null) {
            context.next();
            return;
        }
        String path = context.request().path();
        context.put(DONE, path);
        String inner = inner(path);
        if (inner == null) {
            HttpFilters.answer(context, 404);
        } else if (inner.equals(path)) {
            context.next();
        } else {
            // The query belongs to what is rerouted, else it is lost.
            String query = context.request().query();
            context.reroute(query == null ? inner : inner + "?" + query);
        }
    }

    /** The path that the client asked for, before it was led elsewhere. */
    static String requested(RoutingContext context) {
        String path = context.get(DONE);
        return path == null ? context.request().path() : path;
    }

    /** The path of the resource, the path itself where no prefix is concerned, or null for a default path that has moved. */
    String inner(String path) {
        if (under(path, apiPrefix)) {
            return HttpSettings.API + path.substring(apiPrefix.length());
        }
        if (under(path, adminPrefix)) {
            return HttpSettings.ADMIN + path.substring(adminPrefix.length());
        }
        return under(path, HttpSettings.API) || under(path, HttpSettings.ADMIN) ? null : path;
    }

    /** The path that clients use for that path of a resource. */
    String outer(String path) {
        if (under(path, HttpSettings.API)) {
            return apiPrefix + path.substring(HttpSettings.API.length());
        }
        return under(path, HttpSettings.ADMIN) ? adminPrefix + path.substring(HttpSettings.ADMIN.length()) : path;
    }

    /** Whether clients use the paths of the resources. */
    boolean areDefault() {
        return apiPrefix.equals(HttpSettings.API) && adminPrefix.equals(HttpSettings.ADMIN);
    }

    private static boolean under(String path, String prefix) {
        return path != null
                && path.startsWith(prefix)
                && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }
}
