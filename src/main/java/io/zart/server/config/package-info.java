/** Settings, what is derived from them, and what must be true before the service starts. */
package io.zart.server.config;
