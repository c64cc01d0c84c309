package io.zart.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The Java client is used in programs that know neither Quarkus nor the service. */
class ClientDependenciesTest {

    private static final String TESTS = ".*(Test|IT)(\\$.*)?";

    @Test
    void theClientNeedsJacksonAndNothingElse() {
        JavaClasses client = new ClassFileImporter().importPackages("io.zart.client");
        classes()
                .that()
                .haveNameNotMatching(TESTS)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.zart.client", "com.fasterxml.jackson..", "java..")
                .check(client);
    }
}
