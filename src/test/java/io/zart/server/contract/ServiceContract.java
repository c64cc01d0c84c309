package io.zart.server.contract;

import org.junit.jupiter.api.BeforeEach;

/** What all contract tests share: the service is ready before the first request of a test. */
abstract class ServiceContract {

    /** The packaged program answers before its schema is there, with 503; a client waits for it to be ready. */
    @BeforeEach
    void awaitReady() {
        Api.awaitReady();
    }
}
