package dev.greenlet;

/** The states of a greenlet. */
public enum GreenletState {
  /** Spawned, and not yet begun. */
  NEW,
  /** Ready to run, in the queue of its lane. */
  READY,
  /** Running on a carrier of its lane. */
  RUNNING,
  /** Waiting; see {@link GreenletTask#waitingOn()}. */
  PARKED,
  /** Finished: the body returned. */
  RETURNED,
  /** Finished: the body threw an exception. */
  FAILED,
  /** Finished: the greenlet was killed. */
  KILLED;

  /**
   * Returns whether this state is final.
   *
   * @return {@code true} if a greenlet in this state has finished
   */
  public boolean isFinished() {
    return switch (this) {
      case NEW, READY, RUNNING, PARKED -> false;
      case RETURNED, FAILED, KILLED -> true;
    };
  }
}
