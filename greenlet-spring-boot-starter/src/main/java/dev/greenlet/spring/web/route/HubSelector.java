package dev.greenlet.spring.web.route;

import dev.greenlet.Hub;
import dev.greenlet.Lane;
import dev.greenlet.spring.web.route.Route.Placement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Which of the hubs a placement means for a key. */
final class HubSelector {

  private HubSelector() {}

  /**
   * The hub of a request.
   *
   * @param placement what the annotation says
   * @param key the key, for a placement by key
   * @param hubs the hubs there are
   * @param current where the request is
   */
  static Hub of(Placement placement, Object key, List<Hub> hubs, Lane current) {
    return switch (placement) {
      case Placement.OnHub(int ordinal) -> hubs.get(ordinal % hubs.size());
      case Placement.ByKey _ -> hubs.get(Math.floorMod(spread(key.hashCode()), hubs.size()));
      case Placement.Anywhere _ -> leastBusy(hubs, current);
    };
  }

  /**
   * The hub with the least to do besides this request: the one it is on, which saves a hop, or else
   * any of those that have equally little.
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

  /** Mixes the bits of a hash, for many keys differ in few. The finaliser of MurmurHash3. */
  private static int spread(int hash) {
    hash ^= hash >>> 16;
    hash *= 0x85ebca6b;
    hash ^= hash >>> 13;
    hash *= 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }
}
