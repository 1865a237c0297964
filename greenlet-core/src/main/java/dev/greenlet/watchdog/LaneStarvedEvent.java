package dev.greenlet.watchdog;

import java.time.Duration;
import java.util.List;

/**
 * Reports that greenlets of a lane have been ready for longer than the threshold while no slice
 * ended: the running greenlets occupy all carriers, and no carrier may be added. Immutable; any
 * thread may read it.
 *
 * @param lane the name of the lane
 * @param carriers the number of occupied carriers
 * @param ofTheJdk whether they are carriers of the JDK, as on the portable engine
 * @param duration the time so far
 * @param threshold the time after which the watchdog reports
 * @param occupants some running greenlets, each with its most relevant frame
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
   * @param carriers the number of occupied carriers
   * @param ofTheJdk whether they are carriers of the JDK
   * @param duration the time so far
   * @param threshold the threshold
   * @param occupants some running greenlets
   * @param suppressed the number of earlier incidents that were not reported
   */
  public LaneStarvedEvent {
    occupants = List.copyOf(occupants);
  }
}
