package dev.greenlet;

import java.util.HashSet;
import java.util.Set;

/**
 * The sites in the code at which a hub was lent in a wait of the JDK, after which the greenlet
 * continues without exclusivity. The monitor's thread only.
 */
final class LentSites {
  private static final int MAX_SITES = 1_000; // each is logged once, which bounds the lines

  private final Set<WaitSite> sites = new HashSet<>();

  boolean contains(WaitSite site) {
    return sites.contains(site);
  }

  /** Adds a site. Returns whether it is new. */
  boolean add(WaitSite site) {
    return sites.size() < MAX_SITES && sites.add(site);
  }
}
