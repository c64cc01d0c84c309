/**
 * Who may call what. One table, {@link io.zart.server.security.RouteTable}, holds a rule for every route; one filter asks it.
 * What has no rule is not served.
 */
package io.zart.server.security;
