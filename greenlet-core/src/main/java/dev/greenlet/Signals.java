package dev.greenlet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What is to be thrown into one greenlet at its next switch point: a kill, or the end of a deadline
 * of its own. Anybody puts it in; only the greenlet takes it out, each once, kills first, outer
 * deadlines before inner ones.
 */
final class Signals {
  private static final VarHandle EXIT;

  static {
    try {
      EXIT = MethodHandles.lookup().findVarHandle(Signals.class, "exit", GreenletExit.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final @Nullable Deadline inherited;
  private volatile boolean something; // worth a look; set after what it announces
  private volatile @Nullable GreenletExit exit;
  private volatile @Nullable Deadline innermost; // written by the greenlet itself

  // the greenlet itself only
  private @Nullable GreenletExit deliveredExit;
  private int shields;

  Signals(@Nullable Deadline inherited) {
    this.inherited = inherited;
  }

  /** Any thread. */
  void kill(GreenletExit killing) {
    exit = killing;
    something = true;
  }

  /** A deadline of the greenlet is over. Any thread. */
  void expired() {
    something = true;
  }

  /** Delivers what is there, unless it is masked. The greenlet itself, at a switch point. */
  void deliver() {
    if (something) {
      look();
    }
  }

  private void look() {
    if (shields > 0) {
      return;
    }
    GreenletExit killing = (GreenletExit) EXIT.getAndSet(this, null);
    if (killing != null) {
      deliveredExit = killing;
      throw killing;
    }
    something = false;
    Deadline over = nextOver();
    if (exit != null || over != null) {
      something = true; // and others may be there
    }
    if (over != null) {
      throw over.deliver();
    }
  }

  /** Whether {@link #deliver} would throw. The greenlet itself. */
  boolean isDeliverable() {
    return something && shields == 0 && (exit != null || nextOver() != null);
  }

  /**
   * Whether a kill is pending or a deadline open, so that a wait may come to an end. Any thread.
   */
  boolean mayEndWait() {
    return something || innermost != null;
  }

  /** Whether nothing is to be thrown into the greenlet. The greenlet itself. */
  boolean isShielded() {
    return shields > 0;
  }

  /** The outermost one that is over, but none inside of one that was delivered: that unwinds. */
  private @Nullable Deadline nextOver() {
    Deadline next = null;
    for (Deadline each = innermost; each != null; each = each.outer()) {
      if (each.isDelivered()) {
        next = null;
      } else if (each.isExpired()) {
        next = each;
      }
    }
    return next;
  }

  /** The kill that was delivered. The greenlet itself. */
  @Nullable GreenletExit deliveredExit() {
    return deliveredExit;
  }

  /** Forgets everything: the greenlet has ended. */
  void end() {
    shields = 1;
    for (Deadline open = innermost; open != null; ) {
      Deadline next = open.outer();
      open.letGo();
      open = next;
    }
    innermost = null;
  }

  // --- masking: the greenlet itself -------------------------------------------------------------

  void shield() {
    shields++;
  }

  void unshield() {
    shields--;
  }

  // --- deadlines --------------------------------------------------------------------------------

  /** The innermost deadline of the greenlet's own. */
  @Nullable Deadline innermost() {
    return innermost;
  }

  void innermost(@Nullable Deadline deadline) {
    innermost = deadline;
  }

  /** The deadline in effect that comes first, the spawner's included. Any thread. */
  @Nullable Deadline earliest() {
    Deadline own = innermost;
    return own == null ? inherited : own.earliest();
  }
}
