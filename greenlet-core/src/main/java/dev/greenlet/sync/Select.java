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
 * order that can be had now, else the first that somebody serves.
 *
 * <pre>{@code
 * String what =
 *     Select.<String>of(
 *             orders.onReceive(order -> "order " + order),
 *             quit.onReceive(_ -> "quit", () -> "quit"))
 *         .await(Duration.ofSeconds(1), () -> "nothing");
 * }</pre>
 *
 * <p>Immutable; may be used again and again, and by any thread, greenlet or not, also at once. Who
 * leaves without an exchange (timeout, kill, interrupt) took and sent nothing. For happens-before
 * and fairness see {@link Channel}.
 *
 * @param <R> the type of the result
 */
public final class Select<R extends @Nullable Object> {
  private final List<Clause<? extends R>> clauses;
  private final List<Channel<?>> channels; // each once, in the order in which guards are taken
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
   * Creates a select.
   *
   * @param clauses what it waits for, what is preferred first
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
   * Waits until an exchange is made. Any thread. A switch point, unless one can be had now.
   *
   * @return what the handler of its clause returned
   * @throws ChannelClosedException if the clause's channel is closed and the clause does not say
   *     what to do then
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public R await() throws InterruptedException {
    Clause.Attempt<?, ? extends R> made = exchange(WaitLimit.ENDLESS);
    if (made == null) {
      throw new AssertionError("an endless wait ended with nothing");
    }
    return made.finish();
  }

  /**
   * Waits until an exchange is made, but not for longer than {@code timeout}. Any thread. A switch
   * point, unless one can be had now.
   *
   * @param timeout how long; zero or less looks once, which makes {@code otherwise} the default
   *     clause
   * @param otherwise what is done when the time is up
   * @return what the handler of the clause, or {@code otherwise}, returned
   * @throws ChannelClosedException if the clause's channel is closed and the clause does not say
   *     what to do then
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
   * With all guards held, nobody can serve one clause while another is tried, so that the waiter
   * need not be claimed for that.
   */
  private Clause.@Nullable Attempt<?, ? extends R> tryOrJoin(
      List<? extends Clause.Attempt<?, ? extends R>> attempts, WaitLimit limit, Waiter waiter) {
    Runnable takeOut = () -> leave(attempts);
    lockAll();
    try {
      for (Clause.Attempt<?, ? extends R> attempt : attempts) {
        if (attempt.tryNow()) {
          return attempt;
        }
      }
      if (!limit.isNone() && waiter.enlist(takeOut)) {
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
    throw new AssertionError("a select was woken and no clause served");
  }

  private void lockAll() {
    for (Channel<?> channel : channels) {
      channel.guard.lock();
    }
  }

  /** Gives all guards back, and wakes the partner then: there is one at most. */
  private void unlockAll() {
    WaitNode<?> partner = null;
    for (Channel<?> channel : channels) {
      WaitNode<?> granted = channel.guard.release();
      partner = granted == null ? partner : granted;
    }
    WaitNode.wakeAll(partner);
  }
}
