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
 * <p>The end of the block kills what still lives and waits until it has died. So a block that wants
 * its greenlets to finish joins the scope as its last act, and one that fails before, or that wants
 * nothing of them any more, ends them by just leaving.
 *
 * <p>Thread-safe: the greenlets of the scope may spawn others in it. Joined and closed by whoever
 * opened it.
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
   * Opens a scope for a greenlet: the first failure in it kills all others.
   *
   * @return a scope, to be closed
   */
  public static GreenletScope failFast() {
    return new GreenletScope(null, true);
  }

  /**
   * Opens a scope for any thread: the first failure in it kills all others.
   *
   * @param runtime where its greenlets live
   * @return a scope, to be closed
   */
  public static GreenletScope failFast(GreenletRuntime runtime) {
    return new GreenletScope(Objects.requireNonNull(runtime, "'runtime' must not be null"), true);
  }

  /**
   * Opens a scope for a greenlet: whoever fails, the others go on, and the failures are collected.
   *
   * @return a scope, to be closed
   */
  public static GreenletScope collecting() {
    return new GreenletScope(null, false);
  }

  /**
   * Opens a scope for any thread: whoever fails, the others go on, and the failures are collected.
   *
   * @param runtime where its greenlets live
   * @return a scope, to be closed
   */
  public static GreenletScope collecting(GreenletRuntime runtime) {
    return new GreenletScope(Objects.requireNonNull(runtime, "'runtime' must not be null"), false);
  }

  /**
   * Spawns a greenlet that ends with the scope.
   *
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet
   * @throws ScopeClosedException if the scope is closed, or fails fast and has failed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawn(Callable<? extends T> body) {
    return spawn(SpawnOptions.defaults(), body);
  }

  /**
   * Spawns a greenlet that ends with the scope.
   *
   * @param options name, kind and lane
   * @param body what it runs
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
            members.add(Greenlets.current()); // it may be quicker than its spawner
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
          "The scope is closed and takes no greenlet: spawn it before the end of its block", null);
    }
    if (failFast && !failures.isEmpty()) {
      Throwable first = failures.getFirst();
      throw new ScopeClosedException(
          "The scope takes no greenlet, for it has failed: " + first, first);
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
   * Waits until all greenlets of the scope have ended. A switch point. The scope stays open.
   *
   * @throws ScopeFailedException if one has failed
   * @throws InterruptedException if the caller is interrupted
   * @throws IllegalStateException if the caller belongs to the scope
   * @throws dev.greenlet.GreenletExit if the caller is killed
   */
  public void join() throws InterruptedException {
    members.awaitNone(null);
    reportFailures();
  }

  /**
   * What the greenlets of the scope threw so far, in the order of their ends.
   *
   * @return a snapshot
   */
  public List<Throwable> failures() {
    synchronized (lock) {
      return List.copyOf(failures);
    }
  }

  /**
   * Ends the block: kills what lives and waits until it has died, whatever else comes meanwhile. A
   * switch point. A second call does nothing.
   *
   * @throws ScopeFailedException if a greenlet has failed and {@link #join} has not said so
   * @throws IllegalStateException if the caller belongs to the scope
   */
  @Override
  public void close() {
    members.failIfMember();
    synchronized (lock) {
      closed = true;
    }
    members.kill("its scope has ended");
    members.awaitNoneWhateverComes();
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
