package dev.greenlet;

import java.util.List;

/** The ends of several greenlets, all of which a waiter waits for. Thread-safe. */
record JoinedTasks(WaitReason waitReason, List<GreenletTask<?>> greenlets) implements Synchronizer {

  @Override
  public List<Strand> holders() {
    return greenlets.stream().filter(greenlet -> !greenlet.isDone()).map(Strand::of).toList();
  }

  @Override
  public List<Strand> waiters() {
    return List.of(); // nothing asks one wait for the others
  }
}
