package dev.greenlet.bench.load;

import java.util.Locale;

/** Which driver sends the requests. */
public enum DriverChoice {
  /** {@code wrk} if it is installed, else the own one. */
  AUTO,
  /** {@code wrk}, which must be on the path. */
  WRK,
  /** The driver of this package. */
  OWN;

  /** Returns the name in commands. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
