package io.zart.server.model;

import java.util.List;

/**
 * What can be seen of an execution, in a form that the model and the store both can give.
 *
 * @param payload of the current run
 * @param error message of a failed run, null else
 * @param waiting kind of what it waits for, null if nothing
 * @param runs ascending
 * @param steps of each run, in the order of the runs
 * @param events that no wait has taken yet, in their order
 */
record View(
        String status,
        int runIndex,
        String payload,
        String result,
        String error,
        String waiting,
        List<Run> runs,
        List<List<Step>> steps,
        List<String> events) {

    /** A run. */
    record Run(int index, String trigger, String status, String result) {}

    /**
     * A step.
     *
     * @param tries ended attempts: {@code completed} or {@code failed}, the n-th with the number n
     */
    record Step(String name, String kind, String status, int failures, String result, List<String> tries) {

        boolean ended() {
            return !status.equals("scheduled");
        }

        boolean dead() {
            return status.equals("dead");
        }
    }

    /** The steps of the current run. */
    List<Step> current() {
        return steps.get(steps.size() - 1);
    }

    /** What of it raises the version when it changes. */
    List<Object> versioned() {
        return java.util.Arrays.asList(status, runIndex, payload, result, error, waiting);
    }
}
