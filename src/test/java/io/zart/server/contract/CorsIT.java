package io.zart.server.contract;

import static io.zart.server.contract.OtherSettingsProfile.LAST;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;
import io.zart.server.testing.PostgresTestResource;
import org.junit.jupiter.api.Order;

@QuarkusIntegrationTest
@Order(LAST)
@TestProfile(OtherSettingsProfile.class)
@QuarkusTestResource(PostgresTestResource.class)
class CorsIT extends CorsContract {}
