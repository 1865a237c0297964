package dev.greenlet;

import java.util.HashSet;
import java.util.Set;

/**
 * The sites in the code at which a hub was lent without its greenlet. The monitor's thread only.
 */
final class LentSites {
  private static final int MAX_SITES = 1_000; // each is logged once: as many lines at most

  private final Set<WaitSite> sites = new HashSet<>();

  boolean contains(WaitSite site) {
    return sites.contains(site);
  }

  /** Adds a site. Returns whether it is a new one. */
  boolean add(WaitSite site) {
    return sites.size() < MAX_SITES && sites.add(site);
  }
}
