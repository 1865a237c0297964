package dev.greenlet;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a greenlet does after its body, last come first. The greenlet itself only. */
final class DeferredActions {
  private @Nullable Deque<Runnable> acts; // few greenlets have any

  void add(Runnable act) {
    Deque<Runnable> all = acts;
    if (all == null) {
      acts = all = new ArrayDeque<>();
    }
    all.push(act);
  }

  /** Does them all; what one throws goes to the handler of the thread and stops no other. */
  void perform() {
    Deque<Runnable> all = acts;
    while (all != null && !all.isEmpty()) {
      try {
        all.pop().run();
      } catch (Throwable failure) {
        Thread self = Thread.currentThread();
        self.getUncaughtExceptionHandler().uncaughtException(self, failure);
      }
    }
  }
}
