package dev.greenlet.inspect;

import java.util.List;

/**
 * All that lives in a runtime at one moment.
 *
 * @param hubs the hubs
 * @param lanes the lanes that are no hubs
 * @param greenlets the roots, in the order of their ids, with their children below them
 */
public record ForestSnapshot(
    List<HubSnapshot> hubs, List<LaneSnapshot> lanes, List<GreenletSnapshot> greenlets) {

  /**
   * Creates a snapshot.
   *
   * @param hubs the hubs
   * @param lanes the lanes that are no hubs
   * @param greenlets the roots
   */
  public ForestSnapshot {
    hubs = List.copyOf(hubs);
    lanes = List.copyOf(lanes);
    greenlets = List.copyOf(greenlets);
  }
}
