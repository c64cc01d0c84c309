package io.zart.server.security;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;

/** The routes that the resources really have, read from their annotations. */
final class JaxRsRoutes {

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
    private static final String PATH = "jakarta.ws.rs.Path";

    private JaxRsRoutes() {}

    /** Each as its method, a blank, and its path with its parameters in braces. */
    static Set<String> all() {
        Set<String> routes = new TreeSet<>();
        for (JavaClass resource : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.zart.server")) {
            if (resource.isAnnotatedWith(PATH)) {
                resource.getAllMethods()
                        .forEach(method -> add(path(resource.getAnnotationOfType(PATH)), method, routes));
            }
        }
        return routes;
    }

    private static void add(String root, JavaMethod method, Set<String> routes) {
        for (JavaAnnotation<?> annotation : method.getAnnotations()) {
            String name = annotation.getRawType().getSimpleName();
            if (METHODS.contains(name)
                    && annotation.getRawType().getPackageName().equals("jakarta.ws.rs")) {
                String own = method.isAnnotatedWith(PATH) ? path(method.getAnnotationOfType(PATH)) : "";
                routes.add(name + " " + join(root, own).replaceAll("\\{(\\w+):[^/]*}", "{$1}"));
            }
        }
    }

    private static String join(String root, String own) {
        String joined =
                (root.startsWith("/") ? root : "/" + root) + (own.isEmpty() || own.startsWith("/") ? own : "/" + own);
        return joined.length() > 1 && joined.endsWith("/") ? joined.substring(0, joined.length() - 1) : joined;
    }

    private static String path(JavaAnnotation<?> annotation) {
        return (String) annotation.get("value").orElseThrow();
    }
}
