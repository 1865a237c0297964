package dev.greenlet.bench.report;

/** Which build of the library a JVM runs. */
public enum Build {
  /** The one that the bench was built with. */
  NOW,

  /** An earlier one, from a checkout of its own. */
  BEFORE
}
