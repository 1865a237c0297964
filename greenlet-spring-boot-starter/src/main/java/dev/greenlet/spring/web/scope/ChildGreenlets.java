package dev.greenlet.spring.web.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Registration;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.List;
import java.util.function.Supplier;

/** How the greenlets that a request has spawned are waited for and ended. */
final class ChildGreenlets {
  private ChildGreenlets() {}

  /** Waits until all have ended, those too that come meanwhile: children leave their children. */
  static void join(Supplier<List<GreenletTask<?>>> living) throws InterruptedException {
    for (List<GreenletTask<?>> left = living.get(); !left.isEmpty(); left = living.get()) {
      for (GreenletTask<?> child : left) {
        awaitEnd(child);
      }
    }
  }

  /** Not by joining it: a failure that nobody has looked at is to be reported. */
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
