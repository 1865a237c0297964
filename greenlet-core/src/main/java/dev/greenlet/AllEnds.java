package dev.greenlet;

import java.util.List;

/** The ends of several greenlets, all of which a waiter waits for. Thread-safe. */
record AllEnds(WaitReason waitReason, List<GreenletTask<?>> greenlets) implements Awaitable {

  @Override
  public List<Party> holders() {
    return greenlets.stream().filter(greenlet -> !greenlet.isDone()).map(Party::of).toList();
  }

  @Override
  public List<Party> waiters() {
    return List.of(); // nothing asks one wait for the others
  }
}
