package dev.greenlet.inspect;

import dev.greenlet.SharedLane;
import java.time.Duration;

/**
 * A lane with several carriers at one moment. Immutable; any thread may read it.
 *
 * @param name its name
 * @param live the number of unfinished greenlets of the lane
 * @param carriers the number of its carriers; see {@link SharedLane#carriers}
 * @param maxCarriers the largest number of its carriers
 * @param starved the time for which all carriers had been occupied; see {@link SharedLane#starved}
 */
public record LaneSnapshot(String name, int live, int carriers, int maxCarriers, Duration starved) {
  static LaneSnapshot of(SharedLane lane) {
    return new LaneSnapshot(
        lane.name(), lane.live(), lane.carriers(), lane.maxCarriers(), lane.starved());
  }
}
