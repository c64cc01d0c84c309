package io.zart.server.contract;

import io.zart.server.testing.ClientProcess.Language;
import org.junit.jupiter.api.BeforeAll;

class TypeScriptOtherSettingsIT extends RemoteOtherSettingsContract {

    @BeforeAll
    static void serve() {
        serve(Language.TYPESCRIPT);
    }
}
