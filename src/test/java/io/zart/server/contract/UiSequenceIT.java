package io.zart.server.contract;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.zart.server.testing.PostgresTestResource;

@QuarkusIntegrationTest
@QuarkusTestResource(PostgresTestResource.class)
class UiSequenceIT extends UiSequenceContract {}
