package dev.greenlet.inspect;

import java.util.List;

/**
 * All that lives in a runtime at one moment.
 *
 * @param hubs the hubs
 * @param greenlets the roots, in the order of their ids, with their children below them
 */
public record ForestSnapshot(List<HubSnapshot> hubs, List<GreenletSnapshot> greenlets) {

  /**
   * Creates a snapshot.
   *
   * @param hubs the hubs
   * @param greenlets the roots
   */
  public ForestSnapshot {
    hubs = List.copyOf(hubs);
    greenlets = List.copyOf(greenlets);
  }
}
