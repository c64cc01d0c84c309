package io.zart.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of rules and the routes of the resources are the same set. */
class RouteTableTest {

    @Test
    void everyRouteHasARule() {
        Set<String> missing = new TreeSet<>(JaxRsRoutes.all());
        missing.removeAll(ruled());
        assertThat(missing).as("routes without a rule in RouteTable").isEmpty();
    }

    @Test
    void noRouteHasTwoRulesAndNoRuleLetsNobodyIn() {
        assertThat(RouteTable.rules())
                .hasSameSizeAs(ruled())
                .allSatisfy(rule -> assertThat(rule.roles()).isNotEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api", "/api/v1", "/api/v1/executions/a/b/c", "/api/v1/stats;x=1", "/api/v1//stats"})
    void anotherPathHasNoRule(String path) {
        assertThat(RouteTable.of(path)).isEmpty();
    }

    @Test
    void aSlashAtTheEndMakesNoDifference() {
        assertThat(RouteTable.of("/api/v1/stats/")).isEqualTo(RouteTable.of("/api/v1/stats"));
    }

    private static Set<String> ruled() {
        return RouteTable.rules().stream()
                .map(rule -> rule.method() + " " + rule.template())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
