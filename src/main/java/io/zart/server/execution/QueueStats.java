package io.zart.server.execution;

/**
 * What is due and not in work.
 *
 * @param depth tasks of all names, counted up to 10,000 for each task name
 * @param oldestReadyAgeSeconds for how long the oldest of them has been due; 0 when there is none
 * @param unserved how many of the tasks have a name that nobody serves at present
 */
public record QueueStats(long depth, double oldestReadyAgeSeconds, long unserved) {}
