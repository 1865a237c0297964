package dev.greenlet.scope;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A block that its greenlets do not outlive.
 *
 * <pre>{@code
 * try (GreenletScope scope = GreenletScope.failFast()) {
 *   GreenletTask<Flight> flight = scope.spawn(() -> flights.find(id));
 *   GreenletTask<Quote> quote = scope.spawn(() -> supplier.quote(id));
 *   scope.join();
 *   return new Offer(flight.get(), quote.get());
 * }
 * }</pre>
 *
 * <p>The end of the block kills the unfinished greenlets and waits for their ends. A block that
 * needs their results joins the scope as its last action; a block that fails before, or no longer
 * needs them, just ends.
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may spawn, the greenlets of the scope
 * included. The opener joins and closes it. Actions before a spawn happen before the body; the body
 * happens before the end of a {@link #join()} or {@link #close()} that waited for it.
 */
public final class GreenletScope implements AutoCloseable {
  private final @Nullable GreenletRuntime runtime;
  private final boolean failFast;
  private final LiveMembers members = new LiveMembers("scope");
  private final Object lock = new Object();
  private final List<Throwable> failures = new ArrayList<>(); // guarded by lock
  private boolean reported; // guarded by lock
  private boolean closed; // guarded by lock

  private GreenletScope(@Nullable GreenletRuntime runtime, boolean failFast) {
    this.runtime = runtime;
    this.failFast = failFast;
  }

  /**
   * Opens a scope for a greenlet, in its runtime: the first failure kills all other greenlets.
   *
   * @return a scope, to be closed
   */
  public static GreenletScope failFast() {
    return new GreenletScope(null, true);
  }

  /**
   * Opens a scope for any thread: the first failure kills all other greenlets.
   *
   * @param runtime the runtime of its greenlets
   * @return a scope, to be closed
   */
  public static GreenletScope failFast(GreenletRuntime runtime) {
    return new GreenletScope(Objects.requireNonNull(runtime, "'runtime' must not be null"), true);
  }

  /**
   * Opens a scope for a greenlet, in its runtime: failures are collected and affect no other
   * greenlet.
   *
   * @return a scope, to be closed
   */
  public static GreenletScope collecting() {
    return new GreenletScope(null, false);
  }

  /**
   * Opens a scope for any thread: failures are collected and affect no other greenlet.
   *
   * @param runtime the runtime of its greenlets
   * @return a scope, to be closed
   */
  public static GreenletScope collecting(GreenletRuntime runtime) {
    return new GreenletScope(Objects.requireNonNull(runtime, "'runtime' must not be null"), false);
  }

  /**
   * Spawns a greenlet that ends with the scope. Does not wait.
   *
   * @param body the body of the greenlet
   * @param <T> the type of the result
   * @return the greenlet
   * @throws ScopeClosedException if the scope is closed, or fails fast and has failed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawn(Callable<? extends T> body) {
    return spawn(SpawnOptions.defaults(), body);
  }

  /**
   * Spawns a greenlet that ends with the scope. Does not wait.
   *
   * @param options name, kind and lane
   * @param body the body of the greenlet
   * @param <T> the type of the result
   * @return the greenlet
   * @throws ScopeClosedException if the scope is closed, or fails fast and has failed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawn(
      SpawnOptions options, Callable<? extends T> body) {
    Objects.requireNonNull(body, "'body' must not be null");
    GreenletTask<T> spawned;
    synchronized (lock) {
      failIfClosed();
      Callable<T> member =
          () -> {
            members.add(Greenlets.current()); // it may run before its spawner continues
            return body.call();
          };
      spawned = runtime == null ? Greenlets.spawn(options, member) : runtime.spawn(options, member);
      members.add(spawned);
    }
    spawned.onComplete(this::ended);
    return spawned;
  }

  private void failIfClosed() {
    if (closed) {
      throw new ScopeClosedException(
          "The scope is closed and accepts no greenlets: spawn before the end of its block", null);
    }
    if (failFast && !failures.isEmpty()) {
      Throwable first = failures.getFirst();
      throw new ScopeClosedException(
          "The scope has failed and accepts no greenlets: " + first, first);
    }
  }

  private void ended(GreenletTask<?> member) {
    try {
      if (member.outcome() instanceof Outcome.Failed<?>(Throwable cause)) {
        synchronized (lock) {
          failures.add(cause);
        }
        if (failFast) {
          members.kill("%s of its scope failed".formatted(member));
        }
      }
    } finally {
      members.remove(member);
    }
  }

  /**
   * Waits until all greenlets of the scope have ended. The scope stays open. A switch point.
   *
   * @throws ScopeFailedException if a greenlet has failed and no call has thrown this before
   * @throws InterruptedException if the caller is interrupted
   * @throws IllegalStateException if the caller belongs to the scope
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public void join() throws InterruptedException {
    members.awaitNone(null);
    reportFailures();
  }

  /**
   * Returns the failures so far, in the order in which the greenlets ended. Any thread; never
   * waits.
   *
   * @return a snapshot
   */
  public List<Throwable> failures() {
    synchronized (lock) {
      return List.copyOf(failures);
    }
  }

  /**
   * Closes the scope: kills the unfinished greenlets and waits for their ends, regardless of
   * interrupts and kills, which stay pending. A switch point. A second call has no effect.
   *
   * @throws ScopeFailedException if a greenlet has failed and {@link #join} has not reported it
   * @throws IllegalStateException if the caller belongs to the scope
   */
  @Override
  public void close() {
    members.failIfMember();
    synchronized (lock) {
      closed = true;
    }
    members.kill("its scope has ended");
    members.awaitNoneUncancellably();
    reportFailures();
  }

  private void reportFailures() {
    synchronized (lock) {
      if (!failures.isEmpty() && !reported) {
        reported = true;
        throw new ScopeFailedException(failures);
      }
    }
  }
}
