package dev.greenlet;

import java.util.List;

/** The ends of several greenlets, as the place of a wait for all of them. Thread-safe. */
record JoinedTasks(WaitReason waitReason, List<GreenletTask<?>> greenlets) implements Synchronizer {

  @Override
  public List<Strand> holders() {
    return greenlets.stream().filter(greenlet -> !greenlet.isDone()).map(Strand::of).toList();
  }

  @Override
  public List<Strand> waiters() {
    return List.of(); // the waiters of one wait are never queried
  }
}
