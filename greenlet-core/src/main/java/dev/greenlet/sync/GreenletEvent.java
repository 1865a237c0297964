package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.List;

/**
 * A flag that greenlets and threads wait for. While it is set, no wait blocks. A waiter that is
 * present when the event is set is released even if the event is cleared before it runs.
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may call every method. Waiters are
 * released in the order of their arrival. Actions before {@link #set()} happen before the actions
 * that follow the wait it ends.
 */
public final class GreenletEvent implements Synchronizer {
  private static final String KIND = "event";

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> waiting;
  private volatile boolean set;

  /** Creates an event without a name, not set. */
  public GreenletEvent() {
    this("");
  }

  /**
   * Creates an event, not set.
   *
   * @param name the name that wait reasons show
   */
  public GreenletEvent(String name) {
    this.waiting = new WaitQueue<>(guard, new WaitReason(KIND, name));
  }

  /** Sets the event and releases all waiters. Any thread; never waits. */
  public void set() {
    guard.run(
        () -> {
          set = true;
          waiting.grantAll();
        });
  }

  /** Clears the event: later calls of {@code await} wait. Any thread; never waits. */
  public void clear() {
    guard.run(() -> set = false);
  }

  /**
   * Returns whether the event is set. Any thread.
   *
   * @return {@code true} if it is set
   */
  public boolean isSet() {
    return set;
  }

  /**
   * Waits until the event is set. Any thread. A switch point, unless it is set.
   *
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public void await() throws InterruptedException {
    await(WaitLimit.ENDLESS);
  }

  /**
   * Waits up to {@code timeout} until the event is set. Any thread. A switch point, unless it is
   * set.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return {@code true} if the event was set in time, even if it has been cleared since
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public boolean await(Duration timeout) throws InterruptedException {
    return await(WaitLimit.of(timeout));
  }

  private boolean await(WaitLimit limit) throws InterruptedException {
    return set || waiting.awaitUnless(this::isSet, limit);
  }

  @Override
  public WaitReason waitReason() {
    return waiting.waitReason();
  }

  @Override
  public List<Strand> waiters() {
    return waiting.waiters();
  }

  @Override
  public String toString() {
    return describe() + (set ? " (set)" : " (not set)");
  }
}
