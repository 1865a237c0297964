package dev.greenlet;

/** What a greenlet is doing. */
public enum GreenletState {
  /** Spawned, and not yet run. */
  NEW,
  /** In the queue of its lane. */
  READY,
  /** On the carrier of its lane. */
  RUNNING,
  /** Waiting; see {@link GreenletTask#waitingOn()}. */
  PARKED,
  /** Finished by returning. */
  RETURNED,
  /** Finished by an exception. */
  FAILED,
  /** Finished by being killed. */
  KILLED;

  /**
   * Whether nothing can happen any more.
   *
   * @return whether the greenlet has finished
   */
  public boolean isFinished() {
    return switch (this) {
      case NEW, READY, RUNNING, PARKED -> false;
      case RETURNED, FAILED, KILLED -> true;
    };
  }
}
