package io.zart.server.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.zart.server.config.Role;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks OpenID Connect tokens with the issuer's keys. Never blocks. */
@Singleton
public class Tokens {

    private final HttpAuthenticator authenticator;

    Tokens(HttpAuthenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** Whether that looks like a token rather than an API key. */
    static boolean isToken(String credential) {
        return credential.chars().filter(c -> c == '.').count() == 2;
    }

    /** Who bears the token of that request: empty when it is not valid. Fails when the issuer cannot be asked. */
    Uni<Optional<Caller>> caller(RoutingContext context) {
        return authenticator
                .attemptAuthentication(context)
                .map(identity -> Optional.ofNullable(identity)
                        .filter(found -> !found.isAnonymous())
                        .map(Tokens::caller))
                .onFailure(AuthenticationFailedException.class)
                .recoverWithItem(Optional.empty());
    }

    private static Caller caller(SecurityIdentity identity) {
        return new Caller(
                identity.getPrincipal().getName(),
                identity.getRoles().stream()
                        .flatMap(name -> Role.of(name).stream())
                        .collect(Collectors.toUnmodifiableSet()));
    }
}
