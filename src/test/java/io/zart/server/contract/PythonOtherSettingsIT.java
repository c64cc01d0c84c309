package io.zart.server.contract;

import io.zart.server.testing.ClientProcess.Language;
import org.junit.jupiter.api.BeforeAll;

class PythonOtherSettingsIT extends RemoteOtherSettingsContract {

    @BeforeAll
    static void serve() {
        serve(Language.PYTHON);
    }
}
