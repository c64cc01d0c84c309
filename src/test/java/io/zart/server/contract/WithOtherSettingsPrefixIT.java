package io.zart.server.contract;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;
import io.zart.server.testing.PostgresTestResource;

@QuarkusIntegrationTest
@TestProfile(OtherSettingsProfile.class)
@QuarkusTestResource(PostgresTestResource.class)
class WithOtherSettingsPrefixIT extends PrefixContract {}
