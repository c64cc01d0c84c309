package io.zart.server;

import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of the layout. */
@AnalyzeClasses(packages = "io.zart.server", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_HTTP = noClasses()
            .that()
            .resideInAnyPackage("..execution..", "..engine..", "..handler..", "..store..", "..notify..", "..config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta.ws.rs..",
                    "org.jboss.resteasy..",
                    "io.vertx.ext.web..",
                    "io.vertx.core.http..",
                    "io.zart.server.api..",
                    "io.zart.server.admin..",
                    "io.zart.server.http..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule THE_DOMAIN_KNOWS_NO_STORE_IMPLEMENTATION = noClasses()
            .that()
            .resideInAnyPackage("..execution..", "..engine..", "..handler..", "..api..", "..admin..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.pgclient..", "io.vertx.sqlclient..", "java.sql..", "org.flywaydb..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule NOBODY_BUT_THE_EMBEDDED_PACKAGE_KNOWS_IT = noClasses()
            .that()
            .resideOutsideOfPackage("..embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.zart.server.embedded..", "io.zonky..");

    @ArchTest
    static final ArchRule NO_FIELD_IS_INJECTED = noFields()
            .should()
            .beAnnotatedWith("jakarta.inject.Inject")
            .orShould()
            .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty");

    @ArchTest
    static final ArchRule NO_STATIC_FIELD_CHANGES =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule NO_METHOD_IS_SYNCHRONIZED = noMethods().should().haveModifier(SYNCHRONIZED);

    @ArchTest
    static final ArchRule NO_THREAD_SLEEPS_BUT_IN_A_SAMPLE = noClasses()
            .that()
            .resideOutsideOfPackage("..samples..")
            .should()
            .callMethod(Thread.class, "sleep", long.class);
}
