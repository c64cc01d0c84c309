package io.zart.server.execution;

/**
 * What became of an event, and whose it is.
 *
 * @param taskName the task of the execution that it was for
 * @param due whether the execution may be claimed now, by this event or by one before it
 */
public record EventReceipt(EventDelivery delivery, String taskName, boolean due) {}
