package dev.greenlet;

/**
 * Thrown by a wait that would never have ended, or not before its timeout. It has one of these
 * causes:
 *
 * <ul>
 *   <li><b>a cycle</b> of greenlets of which each waits, without a timeout, for what only the next
 *       one can give: a lock that it holds, or its end. The caller was about to close the cycle;
 *       the others continue as soon as it gives up what they wait for;
 *   <li><b>a lock whose holder has ended</b>;
 *   <li><b>a stuck runtime</b>: nothing in it can run any more, and its {@link StuckPolicy} has
 *       decided that no thread outside will change that;
 *   <li>a deadlock that a primitive of another library has found among its waiters.
 * </ul>
 *
 * <p>The message names each waiter, where it runs, what it waits for, the holder of that, and, if
 * {@linkplain GreenletRuntimeBuilder#spawnSites enabled}, where the waiter was spawned. The caller
 * has not acquired what it waited for.
 */
public final class DeadlockException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the message, with each greenlet or thread that waits, and what it waits for
   */
  public DeadlockException(String message) {
    super(message);
  }
}
