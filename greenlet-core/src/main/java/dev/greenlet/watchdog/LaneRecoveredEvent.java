package dev.greenlet.watchdog;

import java.time.Duration;

/**
 * A lane that was starved runs its greenlets again. Immutable.
 *
 * @param incident the report of the beginning
 * @param duration the time that it lasted, as far as it was seen
 */
public record LaneRecoveredEvent(LaneStarvedEvent incident, Duration duration) {}
