package dev.greenlet.sync;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Waits for several channels at once and makes exactly one exchange: the first clause in the given
 * order that can exchange without waiting, otherwise the first that a partner serves.
 *
 * <pre>{@code
 * String what =
 *     Select.<String>of(
 *             orders.onReceive(order -> "order " + order),
 *             quit.onReceive(_ -> "quit", () -> "quit"))
 *         .await(Duration.ofSeconds(1), () -> "nothing");
 * }</pre>
 *
 * <p>Immutable and reusable: {@linkplain dev.greenlet.sync any thread} may use it, also several at
 * once. A caller that leaves without an exchange (timeout, kill, interrupt) has taken and sent
 * nothing. {@link Channel} specifies the happens-before edges and the fairness.
 *
 * @param <R> the type of the result
 */
public final class Select<R extends @Nullable Object> {
  private final List<Clause<? extends R>> clauses;
  private final List<Channel<?>> channels; // distinct, in the order of their guards
  private final WaitReason reason;

  private Select(List<Clause<? extends R>> clauses) {
    if (clauses.isEmpty()) {
      throw new IllegalArgumentException("'clauses' must be at least 1, was 0");
    }
    this.clauses = clauses;
    this.channels =
        clauses.stream()
            .<Channel<?>>map(Clause::channel)
            .distinct()
            .sorted(Comparator.comparingLong(channel -> channel.id))
            .toList();
    this.reason =
        new WaitReason(
            Channel.KIND,
            clauses.stream()
                .map(clause -> "'" + clause.channel().waitReason().detail() + "'")
                .distinct()
                .collect(Collectors.joining(", ", "select of ", "")));
  }

  /**
   * Creates a select. Any thread; never waits.
   *
   * @param clauses the alternatives, in the order of preference
   * @param <R> the type of the result
   * @return the select
   * @throws IllegalArgumentException if there is no clause
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // copied at once
  public static <R extends @Nullable Object> Select<R> of(Clause<? extends R>... clauses) {
    return new Select<>(List.of(clauses));
  }

  /**
   * Waits until an exchange is made. Any thread. A switch point, unless an exchange is possible
   * without waiting.
   *
   * @return the value that the handler of the clause returned
   * @throws ChannelClosedException if the clause's channel is closed and the clause does not handle
   *     that
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public R await() throws InterruptedException {
    Clause.Attempt<?, ? extends R> made = exchange(WaitLimit.ENDLESS);
    if (made == null) {
      throw new AssertionError("an endless wait ended without an exchange");
    }
    return made.finish();
  }

  /**
   * Waits up to {@code timeout} until an exchange is made. Any thread. A switch point, unless an
   * exchange is possible without waiting.
   *
   * @param timeout the longest time to wait; zero or less does not wait, which makes {@code
   *     otherwise} the default clause
   * @param otherwise called when the wait timed out
   * @return the value that the handler of the clause, or {@code otherwise}, returned
   * @throws ChannelClosedException if the clause's channel is closed and the clause does not handle
   *     that
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public R await(Duration timeout, Supplier<? extends R> otherwise) throws InterruptedException {
    Clause.Attempt<?, ? extends R> made = exchange(WaitLimit.of(timeout));
    return made == null ? otherwise.get() : made.finish();
  }

  private Clause.@Nullable Attempt<?, ? extends R> exchange(WaitLimit limit)
      throws InterruptedException {
    List<? extends Clause.Attempt<?, ? extends R>> attempts =
        clauses.stream().map(Select::<R>begin).toList();
    Waiter waiter = Waiter.ofCurrent();
    Clause.Attempt<?, ? extends R> made = tryOrJoin(attempts, limit, waiter);
    if (made != null || limit.isNone()) {
      return made;
    }
    try {
      if (!limit.await(waiter, reason)) {
        return null;
      }
    } finally {
      leave(attempts);
    }
    return firstMade(attempts);
  }

  private static <R extends @Nullable Object> Clause.Attempt<?, ? extends R> begin(
      Clause<? extends R> clause) {
    return clause.begin();
  }

  /**
   * Tries the clauses under all guards, so that no clause can be served while another is tried and
   * the waiter need not be claimed for that.
   */
  private Clause.@Nullable Attempt<?, ? extends R> tryOrJoin(
      List<? extends Clause.Attempt<?, ? extends R>> attempts, WaitLimit limit, Waiter waiter) {
    Runnable leave = () -> leave(attempts);
    lockAll();
    try {
      for (Clause.Attempt<?, ? extends R> attempt : attempts) {
        if (attempt.tryNow()) {
          return attempt;
        }
      }
      if (!limit.isNone() && waiter.enlist(leave)) {
        for (Clause.Attempt<?, ? extends R> attempt : attempts) {
          attempt.join(waiter);
        }
      }
      return null;
    } finally {
      unlockAll();
    }
  }

  private void leave(List<? extends Clause.Attempt<?, ? extends R>> attempts) {
    lockAll();
    try {
      for (Clause.Attempt<?, ? extends R> attempt : attempts) {
        attempt.leave();
      }
    } finally {
      unlockAll();
    }
  }

  private Clause.Attempt<?, ? extends R> firstMade(
      List<? extends Clause.Attempt<?, ? extends R>> attempts) {
    for (Clause.Attempt<?, ? extends R> attempt : attempts) {
      if (attempt.isMade()) {
        return attempt;
      }
    }
    throw new AssertionError("a select was woken but no clause was served");
  }

  private void lockAll() {
    for (Channel<?> channel : channels) {
      channel.guard.lock();
    }
  }

  /** Releases all guards, then wakes the partner, of which there is at most one. */
  private void unlockAll() {
    WaitNode<?> partner = null;
    for (Channel<?> channel : channels) {
      WaitNode<?> granted = channel.guard.release();
      partner = granted == null ? partner : granted;
    }
    WaitNode.wakeAll(partner);
  }
}
