package dev.greenlet.watchdog;

import java.time.Duration;

/**
 * Reports that a starved lane runs its greenlets again. Immutable; any thread may read it.
 *
 * @param incident the report of the beginning
 * @param duration the observed duration
 */
public record LaneRecoveredEvent(LaneStarvedEvent incident, Duration duration) {}
