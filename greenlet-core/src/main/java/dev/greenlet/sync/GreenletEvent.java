package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.List;

/**
 * A flag that one can wait for. Setting it lets everybody through until it is cleared; whoever
 * waited when it was set goes on, even if it is cleared before they run.
 *
 * <p>Thread-safe; usable from any thread, greenlet or not, and from several hubs. Waiters go on in
 * the order they came. What was done before {@link #set()} happens before what follows the wait it
 * ended. See the {@linkplain dev.greenlet.sync package} for what all primitives promise.
 */
public final class GreenletEvent implements Synchronizer {
  private static final String KIND = "event";

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> waiting;
  private volatile boolean set;

  /** Creates an event without a name that is not set. */
  public GreenletEvent() {
    this("");
  }

  /**
   * Creates an event that is not set.
   *
   * @param name what it is called where waits are shown
   */
  public GreenletEvent(String name) {
    this.waiting = new WaitQueue<>(guard, new WaitReason(KIND, name));
  }

  /** Sets the event and lets all who wait go on. Any thread; never waits. */
  public void set() {
    guard.run(
        () -> {
          set = true;
          waiting.grantAll();
        });
  }

  /** Makes those who come from now on wait. Any thread; never waits. */
  public void clear() {
    guard.run(() -> set = false);
  }

  /**
   * Whether the event is set. Any thread.
   *
   * @return whether one could go through
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
   * Waits until the event is set, but not for longer than {@code timeout}. Any thread. A switch
   * point, unless it is set.
   *
   * @param timeout how long; zero or less looks once
   * @return whether the event was set meanwhile, be it cleared since
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
