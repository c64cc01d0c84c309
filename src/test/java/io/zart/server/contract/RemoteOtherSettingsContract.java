package io.zart.server.contract;

import io.zart.server.testing.ClientProcess;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The contract of other settings than the default ones, served by a worker in another language. */
abstract class RemoteOtherSettingsContract extends RemoteServing {

    static void serve(ClientProcess.Language language) {
        Map<String, String> settings = Map.of(
                "ZART_API_PREFIX",
                PrefixContract.PREFIX,
                "ZART_ADMIN_PREFIX",
                PrefixContract.ADMIN_PREFIX,
                "ZART_WAIT_MAX",
                PrefixContract.WAIT_MAX,
                "ZART_CORS_ORIGINS",
                "*");
        serve(language, settings, Map.of("ZART_API_PREFIX", PrefixContract.PREFIX));
    }

    @Nested
    class Prefix extends PrefixContract {}

    @Nested
    class Cors extends CorsContract {}
}
