package dev.greenlet;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The actions of a greenlet that run after its body, the last added first. Confined to the greenlet
 * itself.
 */
final class DeferredActions {
  private @Nullable Deque<Runnable> actions; // null for most greenlets

  void add(Runnable action) {
    Deque<Runnable> all = actions;
    if (all == null) {
      actions = all = new ArrayDeque<>();
    }
    all.push(action);
  }

  /**
   * Performs all actions. An exception goes to the uncaught-exception handler of the thread, and
   * does not keep the others from being performed.
   */
  void perform() {
    Deque<Runnable> all = actions;
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
