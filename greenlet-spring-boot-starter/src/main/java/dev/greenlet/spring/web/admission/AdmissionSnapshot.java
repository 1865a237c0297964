package dev.greenlet.spring.web.admission;

/**
 * How an {@link Admission} was at one moment.
 *
 * @param live how many requests lived
 * @param limit how many might
 * @param waiting how many waited in the queue
 * @param queueSize how many might
 * @param admitted how many have been admitted, since the start
 * @param refusedAtOnce how many have been refused because the queue was full, since the start
 * @param refusedLater how many have been refused because they had waited too long, since the start
 */
public record AdmissionSnapshot(
    int live,
    int limit,
    int waiting,
    int queueSize,
    long admitted,
    long refusedAtOnce,
    long refusedLater) {}
