package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.testing.ClientProcess;
import io.zart.server.testing.ClientProcess.Language;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The clients' own tests, with the packaged service. Its samples are the children in another language than their parent. */
class ClientTestsIT {

    @ParameterizedTest
    @EnumSource(Language.class)
    void theTestsOfTheClientPass(Language language) {
        language.assumePresent();
        TestDatabase database = TestDatabase.create();
        Map<String, String> settings = Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "true");
        try (ServiceProcess service = ServiceProcess.start(settings);
                ClientProcess tests = ClientProcess.tests(language, service.url())) {
            assertThat(tests.awaitExit()).as(tests.output()).isZero();
        } finally {
            database.drop();
        }
    }
}
