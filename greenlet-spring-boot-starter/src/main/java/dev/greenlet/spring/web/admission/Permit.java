package dev.greenlet.spring.web.admission;

import dev.greenlet.spring.web.admission.ConcurrencyLimit.Ending;
import java.util.concurrent.atomic.AtomicBoolean;

/** The permit of one live request. Thread-safe; only the first release has an effect. */
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

  /** Sets the ending to report, as an indication of the load. */
  void setEnding(Ending known) {
    ending = known;
  }

  /** Releases the permit, with the ending that was set. Any thread; does not block. */
  void release() {
    release(ending);
  }

  /**
   * Releases the permit, to the first request in the queue if there is one. Any thread; does not
   * block.
   */
  void release(Ending ending) {
    if (held.compareAndSet(true, false)) {
      admission.release(start, live, ending);
    }
  }
}
