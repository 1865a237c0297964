package dev.greenlet.watchdog;

import java.time.Duration;
import java.util.List;

/**
 * Greenlets of a lane have been ready for longer than the threshold while no slice ended: what runs
 * occupies all carriers, and no further one may be added. Immutable.
 *
 * @param lane the name of the lane
 * @param carriers the number of carriers that are occupied
 * @param ofTheJdk whether they are those of the JDK, as on the portable engine
 * @param duration the time so far
 * @param threshold the time after which the watchdog reports
 * @param occupants some greenlets that run, each with the place in the code where it does
 * @param suppressed the number of earlier incidents of this lane that were not reported
 */
public record LaneStarvedEvent(
    String lane,
    int carriers,
    boolean ofTheJdk,
    Duration duration,
    Duration threshold,
    List<String> occupants,
    long suppressed) {

  /**
   * Creates an event.
   *
   * @param lane the name of the lane
   * @param carriers the number of carriers
   * @param ofTheJdk whether they are those of the JDK
   * @param duration the time so far
   * @param threshold the threshold
   * @param occupants some greenlets that run
   * @param suppressed the number of earlier incidents that were not reported
   */
  public LaneStarvedEvent {
    occupants = List.copyOf(occupants);
  }
}
