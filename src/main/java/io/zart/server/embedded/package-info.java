/** A real PostgreSQL inside the jar, for development; absent from the native image. */
package io.zart.server.embedded;
