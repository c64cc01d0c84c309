package io.zart.server.execution;

import java.time.Instant;

/**
 * The record of an execution with its current run.
 *
 * @param id the caller's id, for ever
 * @param taskName its task name, for ever
 * @param payload the payload of the current run
 * @param scheduledAt from when the current run may start
 * @param startedAt when it was first picked up, null before
 * @param completedAt when it ended, null before
 * @param version counts the changes of the record
 * @param result null until it is completed
 * @param error null unless it failed: {@code {"message","type","step"}}
 * @param runIndex index of the current run, from 0
 * @param waiting what an active execution waits for, null if nothing
 * @param tags the caller's tags as a JSON object, null if none
 * @param parent whose body started it, null if a client did
 */
public record Execution(
        String id,
        String taskName,
        JsonText payload,
        ExecutionStatus status,
        Instant scheduledAt,
        Instant startedAt,
        Instant completedAt,
        long version,
        JsonText result,
        JsonText error,
        int runIndex,
        Waiting waiting,
        JsonText tags,
        Parent parent) {

    /** A first run that nobody has picked up. */
    public static Execution scheduled(String id, String taskName, JsonText payload, Instant at, JsonText tags) {
        return new Execution(
                id, taskName, payload, ExecutionStatus.SCHEDULED, at, null, null, 1, null, null, 0, null, tags, null);
    }

    /** The same record after its run was picked up. */
    public Execution started(Instant at, long newVersion) {
        return new Execution(
                id,
                taskName,
                payload,
                ExecutionStatus.RUNNING,
                scheduledAt,
                at,
                null,
                newVersion,
                null,
                null,
                runIndex,
                null,
                tags,
                parent);
    }

    /** The same record after its run has ended. */
    public Execution ended(ExecutionStatus end, JsonText theResult, JsonText theError, Instant at, long newVersion) {
        return new Execution(
                id,
                taskName,
                payload,
                end,
                scheduledAt,
                startedAt,
                at,
                newVersion,
                theResult,
                theError,
                runIndex,
                null,
                tags,
                parent);
    }

    /** The same record with something that it waits for. */
    public Execution waitingFor(Waiting what) {
        return new Execution(
                id,
                taskName,
                payload,
                status,
                scheduledAt,
                startedAt,
                completedAt,
                version,
                result,
                error,
                runIndex,
                what,
                tags,
                parent);
    }
}
