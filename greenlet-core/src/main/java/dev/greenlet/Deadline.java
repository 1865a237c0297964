package dev.greenlet;

import dev.greenlet.loop.Timers;
import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A section of a greenlet that has a time limit. When the limit has elapsed, {@link DeadlineExit}
 * is thrown in the greenlet: at its present wait, if it waits at a primitive of this library, else
 * at its next switch point. The wait has ended when the deadline expires, and is granted nothing
 * from then on. A blocking call is cancelled if its {@linkplain SwitchPoint#onCancel switch point
 * has an action for that}. The exit is thrown again at every switch point until the section is
 * closed. So it unwinds to the section, through all code in between, and becomes a {@link
 * TimeoutException} there and nowhere else.
 *
 * <pre>{@code
 * Quote quote = Deadline.within(Duration.ofSeconds(1), () -> supplier.quote(flight));
 *
 * Deadline deadline = Deadline.open(Duration.ofSeconds(1));
 * try (deadline) {
 *   ...
 * } catch (DeadlineExit exit) {
 *   throw deadline.timeoutOf(exit);
 * }
 * }</pre>
 *
 * <p>Deadlines nest: the exit of an outer section passes through the inner ones, which do not
 * convert it; if several have expired, that of the outermost is thrown. Inside {@link
 * Greenlets#shielded} none is thrown, and neither is one at a {@linkplain
 * SwitchPoint#enterUncancellable switch point that cleans up}. Code that catches the exit, or wraps
 * it, does not change the outcome of {@link #within}: a section into which the exit was thrown has
 * timed out.
 *
 * <p>A deadline uses the clock of the runtime. A greenlet that is spawned in the section has the
 * deadline as its {@link GreenletTask#deadline()} and can pass it on, but is not cancelled by it:
 * use a scope for that.
 *
 * <p>Confined to the greenlet that opened it, except for {@link #remaining}, which any thread may
 * call. A kill of the greenlet unwinds through the section as any exception does; an interrupt does
 * not end it. No method accepts {@code null}, except as the fallback of {@link #within(Duration,
 * BlockingCall, Object)}.
 */
public final class Deadline implements AutoCloseable {
  private final Duration limit;
  private final TimeSource time;
  private final long dueNanos;
  private final Deadline earliest;
  private final Timers.Timer timer;

  // null after the close: a child that has this deadline must not keep the owner's tree in memory
  private volatile @Nullable DefaultGreenletTask<?> owner;
  private volatile @Nullable Deadline outer;

  private volatile boolean expired;
  private boolean delivered; // written by the owner, under the guard of its cancellation
  private volatile boolean interrupted;

  private Deadline(DefaultGreenletTask<?> owner, Duration limit) {
    Timers timers = owner.deadlineTimers();
    Deadline before = owner.deadline();
    this.limit = limit;
    this.owner = owner;
    this.time = owner.environment().time();
    this.dueNanos = timers.nanoTime() + Durations.toNanos(limit);
    this.outer = owner.cancellation().innermost();
    this.earliest = before != null && before.dueNanos - dueNanos < 0 ? before : this;
    this.timer = timers.schedule(dueNanos, this::expire);
  }

  private void expire() {
    DefaultGreenletTask<?> late = owner;
    if (late == null) {
      return;
    }
    late.cancellation().expire(this).carryOut();
    late.unpark();
  }

  /**
   * Opens a section of the calling greenlet. The alternative is {@link #within}, which also closes
   * the section and throws the {@link TimeoutException}.
   *
   * @param limit the time that the section may last; zero ends it at its first switch point
   * @return the deadline, to be closed by the same greenlet
   * @throws IllegalArgumentException if {@code limit} is negative
   * @throws IllegalStateException if the caller is not a greenlet
   */
  public static Deadline open(Duration limit) {
    Durations.requireNotNegative("limit", limit);
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.require();
    Deadline opened = new Deadline(greenlet, limit);
    greenlet.cancellation().innermost(opened);
    return opened;
  }

  /**
   * Makes a call with a time limit.
   *
   * @param limit the time that the call may last; zero ends it at its first switch point
   * @param call the call
   * @param <T> the type of the result
   * @param <X> the type of the exception that the call may throw
   * @return the result of the call, also a late one of a call that reached no switch point after
   *     the limit
   * @throws X if the call throws it
   * @throws TimeoutException if this deadline, and no other, ended the call
   * @throws IllegalArgumentException if {@code limit} is negative
   * @throws IllegalStateException if the caller is not a greenlet
   * @throws GreenletExit if the caller is killed, or an outer deadline has expired
   */
  public static <T extends @Nullable Object, X extends Throwable> T within(
      Duration limit, BlockingCall<T, X> call) throws X, TimeoutException {
    Objects.requireNonNull(call, "'call' must not be null");
    Deadline deadline = open(limit);
    T result;
    try {
      result = call.call();
    } catch (Throwable thrown) {
      if (deadline.explains(thrown)) {
        throw deadline.timeout(thrown);
      }
      throw thrown;
    } finally {
      deadline.close();
    }
    if (deadline.isDelivered()) {
      throw deadline.timeout(null); // the call caught the exit, so its result is incomplete
    }
    return result;
  }

  /**
   * Makes a call with a time limit, and returns a fallback if the limit has elapsed.
   *
   * @param limit the time that the call may last; zero ends it at its first switch point
   * @param call the call
   * @param fallback the result if this deadline, and no other, ended the call
   * @param <T> the type of the result
   * @param <X> the type of the exception that the call may throw
   * @return the result of the call, or the fallback
   * @throws X if the call throws it
   * @throws IllegalArgumentException if {@code limit} is negative
   * @throws IllegalStateException if the caller is not a greenlet
   * @throws GreenletExit if the caller is killed, or an outer deadline has expired
   */
  public static <T extends @Nullable Object, X extends Throwable> T within(
      Duration limit, BlockingCall<? extends T, X> call, T fallback) throws X {
    Objects.requireNonNull(call, "'call' must not be null");
    Deadline deadline = open(limit);
    T result;
    try {
      result = call.call();
    } catch (Throwable thrown) {
      if (deadline.explains(thrown)) {
        return fallback;
      }
      throw thrown;
    } finally {
      deadline.close();
    }
    return deadline.isDelivered() ? fallback : result;
  }

  /**
   * Returns the time that is left. Any thread may call this method.
   *
   * @return the time left, zero if the deadline has expired
   */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, dueNanos - time.nanoTime()));
  }

  /**
   * Converts the exit that has ended an opened section to the exception that its owner throws.
   *
   * @param exit the exit
   * @return the timeout, if the exit belongs to this deadline
   * @throws DeadlineExit the exit itself, if it belongs to another deadline
   */
  public TimeoutException timeoutOf(DeadlineExit exit) {
    if (!exit.isOf(this)) {
      throw exit;
    }
    return timeout(exit);
  }

  /**
   * Ends the section: from now on the deadline cancels nothing. Only the owner may call this
   * method, any number of times.
   *
   * @throws IllegalStateException if the caller is not the greenlet that opened the section
   */
  @Override
  public void close() {
    DefaultGreenletTask<?> opener = owner;
    if (opener == null) {
      return;
    }
    if (CurrentGreenlet.get() != opener) {
      throw new IllegalStateException(
          "%s belongs to %s and was closed by %s: close it where it was opened"
              .formatted(this, opener, Strand.current()));
    }
    opener.cancellation().forget(this);
    release();
  }

  /** Ends nothing from now on, and keeps nothing in memory. */
  void release() {
    timer.cancel();
    owner = null;
    outer = null;
  }

  /** Takes the deadline out of the chain. Called under the guard of the cancellation. */
  void unlink(CancellationState cancellation) {
    Deadline inner = null;
    for (Deadline each = cancellation.innermost(); each != null; each = each.outer) {
      if (each == this) {
        if (inner == null) {
          cancellation.innermost(outer);
        } else {
          inner.outer = outer;
        }
        return;
      }
      inner = each;
    }
  }

  private boolean explains(Throwable thrown) {
    return switch (thrown) {
      case DeadlineExit exit -> exit.isOf(this);
      case GreenletExit kill -> false;
      default -> isDelivered();
    };
  }

  TimeoutException timeout(@Nullable Throwable cause) {
    TimeoutException timeout = new TimeoutException("%s is over".formatted(this));
    timeout.initCause(cause);
    return timeout;
  }

  void markDelivered() {
    delivered = true;
  }

  /**
   * Records that the greenlet was interrupted because of this deadline. The exit is still to be
   * thrown.
   */
  void markInterrupted() {
    interrupted = true;
  }

  /** Returns whether the exit was thrown before. */
  boolean isThrown() {
    return delivered;
  }

  /**
   * Returns whether the section was closed. Called by the owner, or under the guard of its
   * cancellation.
   */
  boolean isClosed() {
    return owner == null;
  }

  void markExpired() {
    expired = true;
  }

  /**
   * Returns whether the exit of this deadline was thrown in its section, or the section was
   * {@linkplain InterruptScope interrupted} because of it, even if the code caught the exception:
   * the work of the section is incomplete then. Only the owner may call this method.
   *
   * @return whether the section has timed out
   */
  public boolean isDelivered() {
    return delivered || interrupted;
  }

  boolean isExpired() {
    return expired;
  }

  /** Returns whether the section has not ended. Any thread. */
  boolean isOpen() {
    return owner != null;
  }

  @Nullable Deadline outer() {
    return outer;
  }

  Deadline earliest() {
    return earliest;
  }

  @Override
  public String toString() {
    DefaultGreenletTask<?> opener = owner;
    return opener == null
        ? "The deadline of " + limit
        : "The deadline of %s in %s".formatted(limit, opener);
  }
}
