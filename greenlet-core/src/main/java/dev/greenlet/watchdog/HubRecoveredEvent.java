package dev.greenlet.watchdog;

import java.time.Duration;

/**
 * A blocked hub runs its greenlets again. Immutable.
 *
 * @param incident what was told when it was found blocked
 * @param duration how long the slice lasted, to within half a threshold
 */
public record HubRecoveredEvent(HubBlockedEvent incident, Duration duration) {}
