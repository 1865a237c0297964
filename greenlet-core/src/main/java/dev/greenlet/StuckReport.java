package dev.greenlet;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A report on a stuck runtime: each of its greenlets waits, without a timeout, at a greenlet
 * primitive or for another greenlet, so that only a thread outside the runtime could wake one.
 *
 * <p>Immutable; any thread may call each method. Refers to the greenlets, and keeps them reachable.
 *
 * @param runtime the name of the runtime
 * @param waits the waits, in the order of the ids of their greenlets
 */
public record StuckReport(String runtime, List<Wait> waits) {

  /**
   * Creates a report.
   *
   * @param runtime the name of the runtime
   * @param waits the waits
   * @throws NullPointerException if {@code waits} or one of its elements is {@code null}
   */
  public StuckReport {
    waits = List.copyOf(waits);
  }

  /**
   * A wait without a timeout.
   *
   * @param greenlet the greenlet that waits
   * @param lane the lane of the greenlet
   * @param what the description of the object or the end that it waits for
   * @param holder the only strand that could end the wait, or {@code null} if any thread could
   */
  public record Wait(GreenletTask<?> greenlet, Lane lane, String what, @Nullable Strand holder) {

    /**
     * Returns a description of the greenlet, its lane, what it waits for, the holder of that, and
     * where the greenlet was spawned, as far as these are known.
     *
     * @return a line, and a line more for each known frame of the spawn site
     */
    @Override
    public String toString() {
      StringBuilder text =
          new StringBuilder("%s on %s waits for %s".formatted(greenlet, lane, what));
      if (holder != null) {
        text.append(", held by ").append(holder);
        if (holder.hasEnded()) {
          text.append(", which has ended");
        }
      }
      String separator = "\n    spawned at ";
      for (StackTraceElement frame : greenlet.spawnedAt()) {
        text.append(separator).append(Printable.of(frame.toString()));
        separator = "\n      ";
      }
      return text.toString();
    }
  }

  /**
   * Returns a description of the runtime and of all waits.
   *
   * @return a line for the runtime, and a line or more for each wait
   */
  @Override
  public String toString() {
    return waits.stream()
        .map(wait -> "\n  " + wait)
        .collect(
            Collectors.joining(
                "",
                "Runtime '%s' is stuck: %s"
                    .formatted(
                        runtime,
                        waits.size() == 1
                            ? "its only greenlet waits without a timeout"
                            : "all %d greenlets wait without a timeout".formatted(waits.size())),
                ""));
  }
}
