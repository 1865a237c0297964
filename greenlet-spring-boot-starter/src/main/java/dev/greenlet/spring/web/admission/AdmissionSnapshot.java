package dev.greenlet.spring.web.admission;

/**
 * The state of an {@link Admission} at one moment. Immutable.
 *
 * @param live the number of live requests
 * @param limit the limit of live requests
 * @param waiting the number of queued requests
 * @param queueSize the limit of queued requests
 * @param admitted the number of requests admitted since the start
 * @param rejectedQueueFull the number of requests rejected since the start because the queue was
 *     full
 * @param rejectedTimedOut the number of requests rejected since the start because they timed out in
 *     the queue
 */
public record AdmissionSnapshot(
    int live,
    int limit,
    int waiting,
    int queueSize,
    long admitted,
    long rejectedQueueFull,
    long rejectedTimedOut) {}
