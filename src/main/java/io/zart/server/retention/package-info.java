/** Deletes finished executions that have reached their age, in small steps. */
package io.zart.server.retention;
