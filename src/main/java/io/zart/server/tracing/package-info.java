/** Traces of runs: spans of activations and steps, made while traces are exported and not otherwise. */
package io.zart.server.tracing;
