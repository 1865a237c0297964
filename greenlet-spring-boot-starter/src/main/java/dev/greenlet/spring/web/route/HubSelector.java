package dev.greenlet.spring.web.route;

import dev.greenlet.Hub;
import dev.greenlet.Lane;
import dev.greenlet.spring.web.route.Route.Placement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Selects the hub of a placement and a key. Thread-safe. */
final class HubSelector {

  private HubSelector() {}

  /**
   * Returns the hub of a request.
   *
   * @param placement the placement of its route
   * @param key the key, used for a placement by key
   * @param hubs all hubs
   * @param current the lane of the request
   */
  static Hub of(Placement placement, Object key, List<Hub> hubs, Lane current) {
    return switch (placement) {
      case Placement.OnHub(int ordinal) -> hubs.get(ordinal % hubs.size());
      case Placement.ByKey _ -> hubs.get(Math.floorMod(spread(key.hashCode()), hubs.size()));
      case Placement.LeastBusy _ -> leastBusy(hubs, current);
    };
  }

  /**
   * Returns the hub with the fewest other greenlets; among equals the current one, which saves a
   * switch of the lane, or else a random one.
   */
  private static Hub leastBusy(List<Hub> hubs, Lane current) {
    int first = ThreadLocalRandom.current().nextInt(hubs.size());
    Hub best = hubs.get(first);
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < hubs.size(); i++) {
      Hub hub = hubs.get((first + i) % hubs.size());
      int others = hub == current ? hub.live() - 1 : hub.live();
      if (others < least || others == least && hub == current) {
        best = hub;
        least = others;
      }
    }
    return best;
  }

  /** Mixes the bits of a hash, as many keys differ in few bits. The finaliser of MurmurHash3. */
  private static int spread(int hash) {
    hash ^= hash >>> 16;
    hash *= 0x85ebca6b;
    hash ^= hash >>> 13;
    hash *= 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }
}
