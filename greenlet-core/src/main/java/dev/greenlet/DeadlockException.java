package dev.greenlet;

/**
 * The wait of the caller would never have ended, or not before its time is up. It has one of these
 * causes:
 *
 * <ul>
 *   <li><b>a circle</b> of greenlets of which each waits, without a timeout, for what only the next
 *       can give: a lock that it holds, or its end. The caller was about to close it; the others go
 *       on as soon as it gives up what they wait for;
 *   <li><b>a lock whose holder has ended</b>;
 *   <li>that <b>nothing in the runtime can run any more</b>, and its {@link StuckPolicy} has
 *       decided that no thread outside will help;
 *   <li>what a primitive of another library found out about those that wait at it.
 * </ul>
 *
 * <p>The message names each who waits, where it runs, what it waits for, who holds that, and, if
 * {@linkplain GreenletRuntimeBuilder#spawnSites asked for}, where it was spawned. The caller has
 * not got what it waited for.
 */
public final class DeadlockException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message each greenlet or thread that waits, and what it waits for
   */
  public DeadlockException(String message) {
    super(message);
  }
}
