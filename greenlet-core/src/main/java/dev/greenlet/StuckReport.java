package dev.greenlet;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A runtime in which nothing can run any more by itself: each of its greenlets waits, without a
 * timeout, at a greenlet primitive or for another greenlet. Only a thread outside could wake one.
 *
 * @param runtime the name of the runtime
 * @param waits who waits for what, in the order of their ids
 */
public record StuckReport(String runtime, List<Wait> waits) {

  /**
   * Creates a report.
   *
   * @param runtime the name of the runtime
   * @param waits who waits for what
   */
  public StuckReport {
    waits = List.copyOf(waits);
  }

  /**
   * One wait without an end.
   *
   * @param greenlet who waits
   * @param lane where it is at home
   * @param what what for
   * @param holder who alone could end it, or {@code null} when that may be anybody
   */
  public record Wait(GreenletTask<?> greenlet, Lane lane, String what, @Nullable Strand holder) {

    /** Who waits where for what, who has that, and where the waiting one was spawned. */
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

  /** All of it, a line or more for each wait. */
  @Override
  public String toString() {
    return waits.stream()
        .map(wait -> "\n  " + wait)
        .collect(
            Collectors.joining(
                "",
                "Nothing in runtime '%s' can run any more, for %s"
                    .formatted(
                        runtime,
                        waits.size() == 1
                            ? "its greenlet waits without a timeout"
                            : "its %d greenlets all wait without a timeout"
                                .formatted(waits.size())),
                ""));
  }
}
