package io.zart.server.contract;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.zart.server.testing.PostgresTestResource;

@QuarkusTest
@TestProfile(OtherSettingsProfile.class)
@QuarkusTestResource(PostgresTestResource.class)
class CorsTest extends CorsContract {}
