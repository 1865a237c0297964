package dev.greenlet;

/**
 * The caller was about to wait in a circle of greenlets of which each waits, without a timeout, for
 * what only the next can give: a lock that it holds, or its end. None of them could ever go on by
 * itself. The message names each, where it runs, what it waits for and who holds that.
 *
 * <p>The wait has not happened, and the others of the circle go on as soon as the caller gives up
 * what they wait for.
 */
public final class DeadlockException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  DeadlockException(String message) {
    super(message);
  }
}
