package dev.greenlet.bench.report;

import dev.greenlet.bench.app.Mode;
import java.util.Comparator;

/**
 * What takes turns in the rounds, in a JVM of its own.
 *
 * @param mode the way to serve requests
 * @param build the build of the library
 */
public record Contender(Mode mode, Build build) implements Comparable<Contender> {
  private static final Comparator<Contender> ORDER =
      Comparator.comparing(Contender::mode).thenComparing(Contender::build);

  /** Returns the name in commands, logs and results. */
  public String id() {
    return build == Build.NOW ? mode.id() : mode.id() + "-before";
  }

  Contender before() {
    return new Contender(mode, Build.BEFORE);
  }

  @Override
  public int compareTo(Contender other) {
    return ORDER.compare(this, other);
  }
}
