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
 * So many greenlets at a time, and who comes next waits in the queue.
 *
 * <pre>{@code
 * try (GreenletPool pool = GreenletPool.of(5)) {
 *   List<Quote> quotes = pool.map(suppliers, Supplier::quote).toList();
 * }
 * }</pre>
 *
 * <p>Places are given out first come, first served. A greenlet of the pool that waits for a place
 * in the same pool is refused when nobody could ever give it one.
 *
 * <p>Thread-safe, and shared by as many greenlets and threads as one likes.
 */
public final class GreenletPool implements AutoCloseable {
  private static final SpawnOptions FEEDER = SpawnOptions.named("pool-feeder");
  private static final Duration NEVER = Duration.ofDays(365);

  private final @Nullable GreenletRuntime runtime;
  private final int size;
  private final PoolPermits permits;
  private final LiveMembers members = new LiveMembers("pool");
  private final Set<GreenletTask<?>> feeders = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<GreenletTask<?>, String> dying = new ConcurrentHashMap<>(); // and why
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
   * Makes a pool for greenlets: who submits something spawns it.
   *
   * @param size how many places it has, at least 1
   * @return a pool, to be closed
   * @throws IllegalArgumentException if it has none
   */
  public static GreenletPool of(int size) {
    return new GreenletPool(null, size);
  }

  /**
   * Makes a pool for any thread.
   *
   * @param runtime where its greenlets live
   * @param size how many places it has, at least 1
   * @return a pool, to be closed
   * @throws IllegalArgumentException if it has none
   */
  public static GreenletPool of(GreenletRuntime runtime, int size) {
    return new GreenletPool(Objects.requireNonNull(runtime, "'runtime' must not be null"), size);
  }

  // --- one at a time ----------------------------------------------------------------------------

  /**
   * Waits for a place and spawns a greenlet. A switch point.
   *
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet
   * @throws ScopeClosedException if the pool is closed
   * @throws NestedPoolWaitException if the caller would wait for ever
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public <T extends @Nullable Object> GreenletTask<T> submit(Callable<? extends T> body)
      throws InterruptedException {
    return submit(SpawnOptions.defaults(), body);
  }

  /**
   * Waits for a place and spawns a greenlet. A switch point.
   *
   * @param options name, kind and lane
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet
   * @throws ScopeClosedException if the pool is closed
   * @throws NestedPoolWaitException if the caller would wait for ever
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public <T extends @Nullable Object> GreenletTask<T> submit(
      SpawnOptions options, Callable<? extends T> body) throws InterruptedException {
    Objects.requireNonNull(body, "'body' must not be null");
    failIfClosed();
    String why = whyDying();
    if (why != null) {
      return killed(options, body, why);
    }
    permits.reserve(null);
    return spawn(options, body);
  }

  /**
   * Spawns a greenlet if there is a place. Never waits.
   *
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet, or {@code null} when the pool is full or others wait in the queue
   * @throws ScopeClosedException if the pool is closed
   */
  public <T extends @Nullable Object> @Nullable GreenletTask<T> trySubmit(
      Callable<? extends T> body) {
    Objects.requireNonNull(body, "'body' must not be null");
    failIfClosed();
    String why = whyDying();
    if (why != null) {
      return killed(SpawnOptions.defaults(), body, why);
    }
    return permits.tryReserve() ? spawn(SpawnOptions.defaults(), body) : null;
  }

  /**
   * Waits for a place, but not for longer than {@code timeout}, and spawns a greenlet. A switch
   * point.
   *
   * @param timeout how long; zero or less looks once
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet, or {@code null} when the time is up
   * @throws ScopeClosedException if the pool is closed
   * @throws NestedPoolWaitException if the caller would wait for ever if there were no timeout
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public <T extends @Nullable Object> @Nullable GreenletTask<T> trySubmit(
      Duration timeout, Callable<? extends T> body) throws InterruptedException {
    Objects.requireNonNull(body, "'body' must not be null");
    failIfClosed();
    String why = whyDying();
    if (why != null) {
      return killed(SpawnOptions.defaults(), body, why);
    }
    return permits.reserve(timeout) ? spawn(SpawnOptions.defaults(), body) : null;
  }

  /** Why the caller is dying as a greenlet of the pool, or as one that such a one has spawned. */
  private @Nullable String whyDying() {
    if (dying.isEmpty()) {
      return null;
    }
    for (GreenletTask<?> each = Greenlets.currentOrNull(); each != null; each = each.parent()) {
      String why = dying.get(each);
      if (why != null) {
        return why;
      }
    }
    return null;
  }

  /** Makes a greenlet that has been killed before it began, so that a kill is the end of all. */
  private <T extends @Nullable Object> GreenletTask<T> killed(
      SpawnOptions options, Callable<? extends T> body, String why) {
    GreenletTask<T> stillborn =
        runtime == null
            ? Greenlets.spawnAfter(NEVER, options, body)
            : runtime.spawnAfter(NEVER, options, body);
    stillborn.kill(why);
    return stillborn;
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
                enter(Greenlets.current()); // it may be quicker than its spawner
                return body.call();
              });
    } catch (Throwable refused) {
      permits.giveBack();
      throw refused;
    }
    enter(spawned);
    spawned.onEnd(() -> ended(spawned));
    String why = whyDying();
    if (why != null) {
      spawned.kill(why); // the caller has been killed meanwhile
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
    dying.remove(member);
    members.remove(member);
    permits.release(member);
  }

  private void failIfClosed() {
    if (closed) {
      throw new ScopeClosedException(
          "The pool of %d is closed and takes no greenlet: submit it before the close"
              .formatted(size),
          null);
    }
  }

  // --- many -------------------------------------------------------------------------------------

  /**
   * Makes a result of each input, in the order of the inputs, with at most twice as many unread
   * results as there are places.
   *
   * @param inputs the inputs, which are read by a greenlet of its own
   * @param function what to do with each
   * @param <A> the type of the inputs
   * @param <B> the type of the results
   * @return the results, to be closed
   */
  public <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> map(
      Iterable<? extends A> inputs, PoolFunction<? super A, ? extends B> function) {
    return map(inputs, function, defaultUnread());
  }

  /**
   * Makes a result of each input, in the order of the inputs.
   *
   * @param inputs the inputs, which are read by a greenlet of its own
   * @param function what to do with each
   * @param maxUnread how many results may be at work or unread, at least 1
   * @param <A> the type of the inputs
   * @param <B> the type of the results
   * @return the results, to be closed
   */
  public <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> map(
      Iterable<? extends A> inputs, PoolFunction<? super A, ? extends B> function, int maxUnread) {
    return feed(new ResultQueue<>(true, maxUnread), inputs, function);
  }

  /**
   * Makes a result of each input, in the order in which they are ready, with at most twice as many
   * unread results as there are places.
   *
   * @param inputs the inputs, which are read by a greenlet of its own
   * @param function what to do with each
   * @param <A> the type of the inputs
   * @param <B> the type of the results
   * @return the results, to be closed
   */
  public <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> mapUnordered(
      Iterable<? extends A> inputs, PoolFunction<? super A, ? extends B> function) {
    return mapUnordered(inputs, function, defaultUnread());
  }

  /**
   * Makes a result of each input, in the order in which they are ready.
   *
   * @param inputs the inputs, which are read by a greenlet of its own
   * @param function what to do with each
   * @param maxUnread how many results may be at work or unread, at least 1
   * @param <A> the type of the inputs
   * @param <B> the type of the results
   * @return the results, to be closed
   */
  public <A extends @Nullable Object, B extends @Nullable Object> PoolResults<B> mapUnordered(
      Iterable<? extends A> inputs, PoolFunction<? super A, ? extends B> function, int maxUnread) {
    return feed(new ResultQueue<>(false, maxUnread), inputs, function);
  }

  private int defaultUnread() {
    return (int) Math.min(2L * size, Integer.MAX_VALUE);
  }

  /**
   * Does something with each input and waits for all. A switch point.
   *
   * @param inputs the inputs, which are read by a greenlet of its own
   * @param action what to do with each
   * @param <A> the type of the inputs
   * @throws ScopeFailedException if some failed, after all have ended
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
        } catch (CancellationException killed) {
          failures.add(killed);
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
                results.exhausted(failed); // the reader of the results gets it
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
   * How many places there are.
   *
   * @return at least 1
   */
  public int size() {
    return size;
  }

  /**
   * How many places are free. Outdated at once.
   *
   * @return the number of places
   */
  public int free() {
    return permits.free();
  }

  /**
   * Whether no place is free. Outdated at once.
   *
   * @return whether the next one would have to wait
   */
  public boolean isFull() {
    return free() == 0;
  }

  /**
   * The unfinished greenlets of the pool, in the order of their ids.
   *
   * @return a snapshot
   */
  public List<GreenletTask<?>> members() {
    return members.live();
  }

  /**
   * Waits until the pool is empty. A switch point. It stays open.
   *
   * @throws InterruptedException if the caller is interrupted
   * @throws IllegalStateException if the caller belongs to the pool
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public void join() throws InterruptedException {
    members.awaitNone(null);
  }

  /**
   * Waits until the pool is empty, but not for longer than {@code timeout}. A switch point.
   *
   * @param timeout how long; zero or less looks once
   * @return whether it is empty
   * @throws InterruptedException if the caller is interrupted
   * @throws IllegalStateException if the caller belongs to the pool
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public boolean join(Duration timeout) throws InterruptedException {
    return members.awaitNone(timeout);
  }

  /**
   * Kills the greenlets of the pool, each once: one that resists is not hit again by a second call.
   * What they submit while they die is killed before it begins. Waits for them; with a timeout of
   * zero it does not. The pool stays open.
   *
   * @param reason why, for the message of the exits
   * @param timeout how long to wait for their ends
   * @return those that have not ended by then
   * @throws IllegalArgumentException if {@code timeout} is negative
   * @throws InterruptedException if the caller is interrupted while it waits
   */
  public List<GreenletTask<?>> kill(String reason, Duration timeout) throws InterruptedException {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("'timeout' must not be negative, was " + timeout);
    }
    List<GreenletTask<?>> targets = members.live();
    Greenlets.killAll(
        targets.stream().filter(target -> dying.putIfAbsent(target, reason) == null).toList(),
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
    dying.remove(ended);
    remaining.remove(ended);
  }

  /**
   * Takes no greenlets any more, reads no more inputs for {@link #map}, and waits for the greenlets
   * it has, whatever else comes meanwhile. A switch point. Kill them first if they need not finish.
   *
   * @throws IllegalStateException if the caller belongs to the pool
   */
  @Override
  public void close() {
    members.failIfMember();
    closed = true;
    killFeeders();
    members.awaitNoneWhateverComes();
  }
}
