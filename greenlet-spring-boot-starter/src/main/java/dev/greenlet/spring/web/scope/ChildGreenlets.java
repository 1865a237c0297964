package dev.greenlet.spring.web.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Registration;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.List;
import java.util.function.Supplier;

/** Joins and kills the greenlets that a request has spawned. Thread-safe. */
final class ChildGreenlets {
  private ChildGreenlets() {}

  /**
   * Waits until all have ended, including children that are reparented meanwhile. A switch point.
   */
  static void join(Supplier<List<GreenletTask<?>>> living) throws InterruptedException {
    for (List<GreenletTask<?>> left = living.get(); !left.isEmpty(); left = living.get()) {
      for (GreenletTask<?> child : left) {
        awaitEnd(child);
      }
    }
  }

  /** Waits for the end without joining: an unobserved failure must be reported. */
  private static void awaitEnd(GreenletTask<?> child) throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent();
    try (Registration _ = child.onEnd(waiter::wake)) {
      waiter.await(new WaitReason(WaitReason.JOIN, child.toString()));
    }
  }

  static void kill(List<GreenletTask<?>> children) {
    children.forEach(child -> Greenlets.killTree(child, "its request has ended"));
  }
}
