package io.zart.server.handler;

/**
 * What a step knows of the try that it is.
 *
 * @param number tries of this step before this one in the run, recorded ones
 * @param numberInExecution the same over all runs of the execution
 */
public record Attempt(int number, int numberInExecution) {}
