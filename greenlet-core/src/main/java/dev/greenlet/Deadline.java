package dev.greenlet;

import dev.greenlet.loop.Timers;
import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A section of a greenlet that must be over in time. When it is not, {@link DeadlineExit} is thrown
 * in the greenlet: at its present wait if that is a greenlet wait, which ends as the deadline
 * expires and is granted nothing from then on, else at its next switch point; a blocking call that
 * can be {@linkplain SwitchPoint#onCancel cut short} is. It is thrown again at every switch point
 * until the section is closed. So it unwinds to the section, whatever stands in between, and
 * becomes a {@link TimeoutException} there and nowhere else.
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
 * <p>Deadlines nest: that of an outer section passes through the inner ones, which do not take it
 * for theirs; of several that are over, the outermost is thrown. Inside {@link Greenlets#shielded}
 * none is thrown, and neither is at a {@linkplain SwitchPoint#enterUncancellable switch point that
 * cleans up}. Code that stops the exit, or wraps it, does not change the outcome of {@link
 * #within}: what was cut short has timed out.
 *
 * <p>A deadline goes by the clock of the runtime. What the greenlet spawns sees the deadline as
 * {@link GreenletTask#deadline()} and can pass it on, but is not ended by it: end it with a scope.
 */
public final class Deadline implements AutoCloseable {
  private final Duration limit;
  private final TimeSource time;
  private final long dueNanos;
  private final Deadline earliest;
  private final Timers.Timer timer;

  // until it is closed, after which a child that saw it must not keep its treeNode in memory
  private volatile @Nullable DefaultGreenletTask<?> owner;
  private volatile @Nullable Deadline outer;

  private volatile boolean expired;
  private boolean delivered; // written by the owner, under the guard of its cancellation
  private volatile boolean told;

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
   * Opens a section of the calling greenlet. A second way is {@link #within}, which also closes it
   * and throws the {@link TimeoutException}.
   *
   * @param limit how long it may last; of zero, its first switch point ends it
   * @return the deadline, to be closed by the same greenlet
   * @throws IllegalArgumentException if {@code limit} is negative
   * @throws IllegalStateException if the caller is no greenlet
   */
  public static Deadline open(Duration limit) {
    Durations.requireNotNegative("limit", limit);
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.require();
    Deadline opened = new Deadline(greenlet, limit);
    greenlet.cancellation().innermost(opened);
    return opened;
  }

  /**
   * Makes a call that must be over in time.
   *
   * @param limit how long it may last
   * @param call the call
   * @param <T> what it returns
   * @param <X> what it throws
   * @return its result, also a late one of a call that came to no switch point meanwhile
   * @throws X if it fails
   * @throws TimeoutException if this deadline, and no other, cut it short
   * @throws IllegalArgumentException if {@code limit} is negative
   * @throws IllegalStateException if the caller is no greenlet
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
      throw deadline.timeout(null); // the call swallowed the exit, so its result is half done
    }
    return result;
  }

  /**
   * Makes a call that must be over in time, and does without its result when it is not.
   *
   * @param limit how long it may last
   * @param call the call
   * @param fallback what to return when this deadline, and no other, cut it short
   * @param <T> what it returns
   * @param <X> what it throws
   * @return its result, or the fallback
   * @throws X if it fails
   * @throws IllegalArgumentException if {@code limit} is negative
   * @throws IllegalStateException if the caller is no greenlet
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
   * How much time is left. Any thread.
   *
   * @return the time left, zero when it is over
   */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, dueNanos - time.nanoTime()));
  }

  /**
   * What the owner of an opened section throws when the section has ended by an exit.
   *
   * @param exit the exit
   * @return the timeout, if the exit is that of this deadline
   * @throws DeadlineExit the exit itself, if it is that of another deadline
   */
  public TimeoutException timeoutOf(DeadlineExit exit) {
    if (!exit.isOf(this)) {
      throw exit;
    }
    return timeout(exit);
  }

  /**
   * Ends the section: from now on the deadline ends nothing. The owner only; any number of times.
   *
   * @throws IllegalStateException if the caller is another greenlet than the one that opened it
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

  /** Ends nothing any more, and keeps nothing in memory. */
  void release() {
    timer.cancel();
    owner = null;
    outer = null;
  }

  /** Takes the deadline out of the chain. Under the guard of the cancellation. */
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

  /** The greenlet was interrupted because of it. The exit is still to be thrown. */
  void markInterrupted() {
    told = true;
  }

  /** Whether the exit was thrown before. */
  boolean isThrown() {
    return delivered;
  }

  /** Whether it was closed. The owner, or under the guard of its cancellation. */
  boolean isClosed() {
    return owner == null;
  }

  void markExpired() {
    expired = true;
  }

  /**
   * Whether the exit of this deadline was thrown in its section, or the section was {@linkplain
   * InterruptScope interrupted} because of it, whatever became of that: what the section has done
   * is half done then. The owner only.
   *
   * @return whether the section has timed out
   */
  public boolean isDelivered() {
    return delivered || told;
  }

  boolean isExpired() {
    return expired;
  }

  /** Whether the section has not ended. Any thread. */
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
