package dev.greenlet.watchdog;

import java.time.Duration;

/**
 * Reports that a blocked hub runs its greenlets again. Immutable; any thread may read it.
 *
 * @param incident the report of the beginning
 * @param duration the duration of the slice, accurate to half a threshold
 */
public record HubRecoveredEvent(HubBlockedEvent incident, Duration duration) {}
