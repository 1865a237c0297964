package dev.greenlet.inspect;

import java.util.List;

/**
 * The hubs, lanes and unfinished greenlets of a runtime at one moment. Immutable; any thread may
 * read it.
 *
 * @param hubs the hubs
 * @param lanes the lanes other than hubs
 * @param greenlets the roots, in the order of their ids, with their descendants
 */
public record ForestSnapshot(
    List<HubSnapshot> hubs, List<LaneSnapshot> lanes, List<GreenletSnapshot> greenlets) {

  /**
   * Creates a snapshot.
   *
   * @param hubs the hubs
   * @param lanes the lanes other than hubs
   * @param greenlets the roots
   */
  public ForestSnapshot {
    hubs = List.copyOf(hubs);
    lanes = List.copyOf(lanes);
    greenlets = List.copyOf(greenlets);
  }
}
