package io.zart.server.engine;

/** Tells other instances that work of a task name is due. Must not block. */
@FunctionalInterface
public interface WorkAnnouncement {

    /** Work of that task name is due. */
    void announceWork(String taskName);
}
