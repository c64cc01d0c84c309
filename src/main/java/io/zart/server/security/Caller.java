package io.zart.server.security;

import io.zart.server.config.Role;
import java.util.Set;

/**
 * Who calls.
 *
 * @param name the name of the key or the subject of the token
 * @param roles what they may do
 */
public record Caller(String name, Set<Role> roles) {

    /** Where the caller of a request is kept in its routing context. */
    public static final String KEY = "io.zart.caller";
}
