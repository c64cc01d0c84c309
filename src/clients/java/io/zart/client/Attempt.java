package io.zart.client;

/**
 * What a step knows of the try that it is.
 *
 * @param number tries of this step before this one in the run
 * @param numberInExecution the same over all runs of the execution
 * @param key an idempotency key for calls to other systems, the same in every try
 */
public record Attempt(int number, int numberInExecution, String key) {}
