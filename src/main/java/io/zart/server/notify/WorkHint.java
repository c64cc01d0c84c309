package io.zart.server.notify;

/** Told when another instance says that there is new work. Must not block. */
@FunctionalInterface
public interface WorkHint {

    /** Work of that task name may be due. */
    void workDue(String taskName);
}
