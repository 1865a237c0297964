package dev.greenlet.scope;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the number of greenlets that run at a time: submissions beyond it are queued, first
 * in, first out.
 *
 * <pre>{@code
 * try (GreenletPool pool = GreenletPool.of(5)) {
 *   List<Quote> quotes = pool.map(suppliers, Supplier::quote).toList();
 * }
 * }</pre>
 *
 * <p>A greenlet of the pool that submits to the same pool fails with {@link
 * NestedPoolWaitException} if no place could ever become free.
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may call every method, but a pool
 * without a runtime of its own spawns in the runtime of the calling greenlet. Actions before a
 * submission happen before the body; the body happens before the end of a {@link #join()}, {@link
 * #kill} or {@link #close()} that waited for it.
 */
public final class GreenletPool implements AutoCloseable {
  private static final SpawnOptions FEEDER = SpawnOptions.named("pool-feeder");
  private static final Duration NEVER = Duration.ofDays(365);

  private final @Nullable GreenletRuntime runtime;
  private final int size;
  private final PoolPermits permits;
  private final LiveMembers members = new LiveMembers("pool");
  private final Set<GreenletTask<?>> feeders = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<GreenletTask<?>, String> killReasons = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private GreenletPool(@Nullable GreenletRuntime runtime, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("'size' must be at least 1, was %d".formatted(size));
    }
    this.runtime = runtime;
    this.size = size;
    this.permits = new PoolPermits(size);
  }

  /**
   * Creates a pool for greenlets: the submitting greenlet spawns, in its own runtime.
   *
   * @param size the number of places, at least 1
   * @return a pool, to be closed
   * @throws IllegalArgumentException if {@code size} is less than one
   */
  public static GreenletPool of(int size) {
    return new GreenletPool(null, size);
  }

  /**
   * Creates a pool for any thread.
   *
   * @param runtime the runtime of its greenlets
   * @param size the number of places, at least 1
   * @return a pool, to be closed
   * @throws IllegalArgumentException if {@code size} is less than one
   */
  public static GreenletPool of(GreenletRuntime runtime, int size) {
    return new GreenletPool(Objects.requireNonNull(runtime, "'runtime' must not be null"), size);
  }

  // --- one at a time ----------------------------------------------------------------------------

  /**
   * Spawns a greenlet, waiting for a place if necessary. A switch point.
   *
   * @param body the body of the greenlet
   * @param <T> the type of the result
   * @return the greenlet
   * @throws ScopeClosedException if the pool is closed
   * @throws NestedPoolWaitException if the caller would wait forever
   * @throws InterruptedException if the caller is interrupted before or during the wait
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public <T extends @Nullable Object> GreenletTask<T> submit(Callable<? extends T> body)
      throws InterruptedException {
    return submit(SpawnOptions.defaults(), body);
  }

  /**
   * Spawns a greenlet, waiting for a place if necessary. A switch point.
   *
   * @param options name, kind and lane
   * @param body the body of the greenlet
   * @param <T> the type of the result
   * @return the greenlet
   * @throws ScopeClosedException if the pool is closed
   * @throws NestedPoolWaitException if the caller would wait forever
   * @throws InterruptedException if the caller is interrupted before or during the wait
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public <T extends @Nullable Object> GreenletTask<T> submit(
      SpawnOptions options, Callable<? extends T> body) throws InterruptedException {
    Objects.requireNonNull(body, "'body' must not be null");
    failIfClosed();
    String killReason = callersKillReason();
    if (killReason != null) {
      return spawnKilled(options, body, killReason);
    }
    permits.reserve(null);
    return spawn(options, body);
  }

  /**
   * Spawns a greenlet if a place is free. Never waits.
   *
   * @param body the body of the greenlet
   * @param <T> the type of the result
   * @return the greenlet, or {@code null} if the pool is full or submissions are queued
   * @throws ScopeClosedException if the pool is closed
   */
  public <T extends @Nullable Object> @Nullable GreenletTask<T> trySubmit(
      Callable<? extends T> body) {
    Objects.requireNonNull(body, "'body' must not be null");
    failIfClosed();
    String killReason = callersKillReason();
    if (killReason != null) {
      return spawnKilled(SpawnOptions.defaults(), body, killReason);
    }
    return permits.tryReserve() ? spawn(SpawnOptions.defaults(), body) : null;
  }

  /**
   * Spawns a greenlet, waiting up to {@code timeout} for a place if necessary. A switch point.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @param body the body of the greenlet
   * @param <T> the type of the result
   * @return the greenlet, or {@code null} if the wait timed out
   * @throws ScopeClosedException if the pool is closed
   * @throws NestedPoolWaitException if the caller would wait forever without the timeout
   * @throws InterruptedException if the caller is interrupted before or during the wait
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public <T extends @Nullable Object> @Nullable GreenletTask<T> trySubmit(
      Duration timeout, Callable<? extends T> body) throws InterruptedException {
    Objects.requireNonNull(body, "'body' must not be null");
    failIfClosed();
    String killReason = callersKillReason();
    if (killReason != null) {
      return spawnKilled(SpawnOptions.defaults(), body, killReason);
    }
    return permits.reserve(timeout) ? spawn(SpawnOptions.defaults(), body) : null;
  }

  /**
   * Returns the reason for which the caller, or an ancestor of it, was killed as a greenlet of the
   * pool.
   */
  private @Nullable String callersKillReason() {
    if (killReasons.isEmpty()) {
      return null;
    }
    for (GreenletTask<?> each = Greenlets.currentOrNull(); each != null; each = each.parent()) {
      String reason = killReasons.get(each);
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }

  /**
   * Spawns a greenlet that is killed before it begins, so that a kill of the pool also ends
   * submissions of greenlets that it has killed.
   */
  private <T extends @Nullable Object> GreenletTask<T> spawnKilled(
      SpawnOptions options, Callable<? extends T> body, String reason) {
    GreenletTask<T> spawned =
        runtime == null
            ? Greenlets.spawnAfter(NEVER, options, body)
            : runtime.spawnAfter(NEVER, options, body);
    spawned.kill(reason);
    return spawned;
  }

  private <T extends @Nullable Object> GreenletTask<T> spawn(
      SpawnOptions options, Callable<? extends T> body) {
    GreenletTask<T> spawned;
    try {
      failIfClosed();
      spawned =
          spawnIn(
              options,
              () -> {
                enter(Greenlets.current()); // it may run before its spawner continues
                return body.call();
              });
    } catch (Throwable refused) {
      permits.giveBack();
      throw refused;
    }
    enter(spawned);
    spawned.onEnd(() -> ended(spawned));
    String killReason = callersKillReason();
    if (killReason != null) {
      spawned.kill(killReason); // the caller has been killed meanwhile
    }
    return spawned;
  }

  private void enter(GreenletTask<?> member) {
    permits.hold(member);
    members.add(member);
  }

  private <T extends @Nullable Object> GreenletTask<T> spawnIn(
      SpawnOptions options, Callable<? extends T> body) {
    return runtime == null ? Greenlets.spawn(options, body) : runtime.spawn(options, body);
  }

  private void ended(GreenletTask<?> member) {
    killReasons.remove(member);
    members.remove(member);
    permits.release(member);
  }

  private void failIfClosed() {
    if (closed) {
      throw new ScopeClosedException(
          "The pool of %d is closed and accepts no greenlets: submit before close()"
              .formatted(size),
          null);
    }
  }

  // --- many -------------------------------------------------------------------------------------

  /**
   * Applies a function to each input and returns the results in the order of the inputs, with at
   * most twice as many unread results as there are places. Does not wait.
   *
   * @param inputs the inputs, read by a greenlet of their own
   * @param function the function, applied to each input in a greenlet of its own
   * @param <A> the type of the inputs
   * @param <B> the type of the results
   * @return the results, to be closed
   * @throws ScopeClosedException if the pool is closed
   */
  public <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> map(
      Iterable<? extends A> inputs, PoolFunction<? super A, ? extends B> function) {
    return map(inputs, function, defaultUnread());
  }

  /**
   * Applies a function to each input and returns the results in the order of the inputs. Does not
   * wait.
   *
   * @param inputs the inputs, read by a greenlet of their own
   * @param function the function, applied to each input in a greenlet of its own
   * @param maxUnread the largest number of results in progress or unread, at least 1
   * @param <A> the type of the inputs
   * @param <B> the type of the results
   * @return the results, to be closed
   * @throws ScopeClosedException if the pool is closed
   * @throws IllegalArgumentException if {@code maxUnread} is less than one
   */
  public <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> map(
      Iterable<? extends A> inputs, PoolFunction<? super A, ? extends B> function, int maxUnread) {
    return feed(new ResultQueue<>(true, maxUnread), inputs, function);
  }

  /**
   * Applies a function to each input and returns the results in the order of their completion, with
   * at most twice as many unread results as there are places. Does not wait.
   *
   * @param inputs the inputs, read by a greenlet of their own
   * @param function the function, applied to each input in a greenlet of its own
   * @param <A> the type of the inputs
   * @param <B> the type of the results
   * @return the results, to be closed
   * @throws ScopeClosedException if the pool is closed
   */
  public <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> mapUnordered(
      Iterable<? extends A> inputs, PoolFunction<? super A, ? extends B> function) {
    return mapUnordered(inputs, function, defaultUnread());
  }

  /**
   * Applies a function to each input and returns the results in the order of their completion. Does
   * not wait.
   *
   * @param inputs the inputs, read by a greenlet of their own
   * @param function the function, applied to each input in a greenlet of its own
   * @param maxUnread the largest number of results in progress or unread, at least 1
   * @param <A> the type of the inputs
   * @param <B> the type of the results
   * @return the results, to be closed
   * @throws ScopeClosedException if the pool is closed
   * @throws IllegalArgumentException if {@code maxUnread} is less than one
   */
  public <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> mapUnordered(
      Iterable<? extends A> inputs, PoolFunction<? super A, ? extends B> function, int maxUnread) {
    return feed(new ResultQueue<>(false, maxUnread), inputs, function);
  }

  private int defaultUnread() {
    return (int) Math.min(2L * size, Integer.MAX_VALUE);
  }

  /**
   * Applies an action to each input and waits for all of them. A switch point.
   *
   * @param inputs the inputs, read by a greenlet of their own
   * @param action the action, applied to each input in a greenlet of its own
   * @param <A> the type of the inputs
   * @throws ScopeFailedException if some failed, after all have ended
   * @throws ScopeClosedException if the pool is closed
   * @throws CancellationException if the caller is interrupted (the interrupt status stays set) or
   *     killed; the remaining work is killed
   */
  public <A extends @Nullable Object> void forEach(
      Iterable<? extends A> inputs, PoolAction<? super A> action) {
    List<Throwable> failures = new ArrayList<>();
    try (PoolResults<@Nullable Object> results =
        this.<A, @Nullable Object>mapUnordered(
            inputs,
            input -> {
              action.accept(input);
              return null;
            })) {
      while (results.hasNext()) {
        try {
          results.next();
        } catch (CompletionException failed) {
          failures.add(Objects.requireNonNull(failed.getCause()));
        } catch (GreenletExit own) {
          throw own;
        } catch (CancellationException cancelled) {
          failures.add(cancelled);
        }
      }
    }
    if (!failures.isEmpty()) {
      throw new ScopeFailedException(failures);
    }
  }

  private <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> feed(
      ResultQueue<B> results,
      Iterable<? extends A> inputs,
      PoolFunction<? super A, ? extends B> function) {
    failIfClosed();
    GreenletTask<?> feeder =
        this.<@Nullable Object>spawnIn(
            FEEDER,
            () -> {
              try {
                for (A input : inputs) {
                  feedOne(results, () -> function.apply(input));
                }
              } catch (Throwable failed) {
                results.exhausted(failed); // thrown to the reader of the results
              }
              return null;
            });
    feeders.add(feeder);
    feeder.onEnd(() -> feeders.remove(feeder));
    results.fedBy(feeder);
    if (closed) {
      killFeeders();
    }
    return new PoolResults<>(results);
  }

  private void killFeeders() {
    LiveMembers.killAtOnce(List.copyOf(feeders), "its pool is closed");
  }

  private <B extends @Nullable Object> void feedOne(ResultQueue<B> results, Callable<B> work)
      throws InterruptedException {
    results.awaitRoom();
    GreenletTask<B> started = null;
    try {
      started = submit(work);
    } finally {
      if (started == null) {
        results.notStarted();
      }
    }
    results.started(started);
  }

  // --- all --------------------------------------------------------------------------------------

  /**
   * Returns the number of places. Any thread.
   *
   * @return at least 1
   */
  public int size() {
    return size;
  }

  /**
   * Returns the number of free places, which may change at once. Any thread; never waits.
   *
   * @return the number of places
   */
  public int free() {
    return permits.free();
  }

  /**
   * Returns whether no place is free, which may change at once. Any thread; never waits.
   *
   * @return whether the next submission would wait
   */
  public boolean isFull() {
    return free() == 0;
  }

  /**
   * Returns the unfinished greenlets of the pool, in the order of their ids. Any thread; never
   * waits.
   *
   * @return a snapshot
   */
  public List<GreenletTask<?>> members() {
    return members.live();
  }

  /**
   * Waits until the pool is empty. The pool stays open. A switch point.
   *
   * @throws InterruptedException if the caller is interrupted
   * @throws IllegalStateException if the caller belongs to the pool
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public void join() throws InterruptedException {
    members.awaitNone(null);
  }

  /**
   * Waits up to {@code timeout} until the pool is empty. The pool stays open. A switch point.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return whether the pool is empty
   * @throws InterruptedException if the caller is interrupted
   * @throws IllegalStateException if the caller belongs to the pool
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public boolean join(Duration timeout) throws InterruptedException {
    return members.awaitNone(timeout);
  }

  /**
   * Kills the greenlets of the pool and waits for them. Each is killed once: a second call does not
   * kill one that resists again. Greenlets that they submit from then on are killed before they
   * begin. The pool stays open. A switch point if {@code timeout} is positive.
   *
   * @param reason the message of the exits
   * @param timeout the longest time to wait; zero does not wait
   * @return the greenlets that have not ended by then
   * @throws IllegalArgumentException if {@code timeout} is negative
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws IllegalStateException if the caller belongs to the pool and would wait
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public List<GreenletTask<?>> kill(String reason, Duration timeout) throws InterruptedException {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "'timeout' must not be negative, was %s: use Duration.ZERO for none".formatted(timeout));
    }
    List<GreenletTask<?>> targets = members.live();
    Greenlets.killAll(
        targets.stream().filter(target -> killReasons.putIfAbsent(target, reason) == null).toList(),
        reason,
        Duration.ZERO);
    LiveMembers remaining = new LiveMembers("pool");
    for (GreenletTask<?> target : targets) {
      remaining.add(target);
      target.onEnd(() -> forget(target, remaining));
    }
    if (timeout.isPositive()) {
      remaining.awaitNone(timeout);
    }
    return remaining.live();
  }

  private void forget(GreenletTask<?> ended, LiveMembers remaining) {
    killReasons.remove(ended);
    remaining.remove(ended);
  }

  /**
   * Closes the pool: it accepts no greenlets, the inputs of {@link #map} are no longer read, and
   * the call waits for the remaining greenlets, regardless of interrupts and kills, which stay
   * pending. {@link #kill Kill} them first if they need not finish. A switch point. A second call
   * waits as well.
   *
   * @throws IllegalStateException if the caller belongs to the pool
   */
  @Override
  public void close() {
    members.failIfMember();
    closed = true;
    killFeeders();
    members.awaitNoneUncancellably();
  }
}
