package dev.greenlet.inspect;

import dev.greenlet.SharedLane;
import java.time.Duration;

/**
 * A lane with several carriers at one moment.
 *
 * @param name its name
 * @param live how many unfinished greenlets were at home there
 * @param carriers how many carriers it had; see {@link SharedLane#carriers}
 * @param maxCarriers how many carriers it may have
 * @param starved for how long all carriers had been occupied; see {@link SharedLane#starved}
 */
public record LaneSnapshot(String name, int live, int carriers, int maxCarriers, Duration starved) {
  static LaneSnapshot of(SharedLane lane) {
    return new LaneSnapshot(
        lane.name(), lane.live(), lane.carriers(), lane.maxCarriers(), lane.starved());
  }
}
