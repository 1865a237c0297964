package dev.greenlet.spring.web.admission;

import dev.greenlet.spring.web.admission.ConcurrencyLimit.Ending;
import java.util.concurrent.atomic.AtomicBoolean;

/** The place of one live request. Thread-safe; given back once, however often that is tried. */
final class Permit implements AdmissionResult {
  private final Admission admission;
  private final long start;
  private final int live;
  private final AtomicBoolean held = new AtomicBoolean(true);
  private volatile Ending ending = Ending.IGNORED;

  Permit(Admission admission, long start, int live) {
    this.admission = admission;
    this.start = start;
    this.live = live;
  }

  /** Notes how the request goes, as far as that tells something about the load. */
  void note(Ending known) {
    ending = known;
  }

  /** Ends the place as it was noted. Any thread. */
  void end() {
    end(ending);
  }

  /** Gives it to the next in the queue, or back. Any thread; never waits for anybody's turn. */
  void end(Ending ending) {
    if (held.compareAndSet(true, false)) {
      admission.leave(start, live, ending);
    }
  }
}
