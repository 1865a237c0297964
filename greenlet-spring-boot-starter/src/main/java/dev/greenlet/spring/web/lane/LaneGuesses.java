package dev.greenlet.spring.web.lane;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Hub;
import dev.greenlet.Lane;
import dev.greenlet.SharedLane;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Guesses on which lane a request will end up, so that it can start there: where the last request
 * of its connection ended up. A wrong guess costs a hop, as no guess does.
 *
 * <p>As in a processor's branch predictor, the memory is a table of fixed size without tags: it
 * holds no connection, and two that share a place mislead each other now and then. Thread-safe;
 * lock-free.
 */
public final class LaneGuesses {
  private static final int PLACES = 1 << 14;

  /** A hop is dear only for a request that is quickly at its handler. */
  private static final long LONG_WAY_NANOS = Duration.ofMillis(1).toNanos();

  private final SharedLane home;
  private final List<Hub> hubs;
  private final boolean guessing;
  private final LongSupplier nanoTime;
  private final AtomicReferenceArray<@Nullable Lane> lanes;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  LaneGuesses(SharedLane home, List<Hub> hubs, boolean guessing, LongSupplier nanoTime) {
    this.home = home;
    this.hubs = hubs;
    this.guessing = guessing;
    this.nanoTime = nanoTime;
    this.lanes = new AtomicReferenceArray<>(guessing ? PLACES : 1);
  }

  /**
   * Guesses for the requests of a runtime: from the second request of a connection on, if that is
   * wanted and the engine is the native one. On the portable engine every request starts on the
   * shared lane, for whatever blocks before the handler would keep a hub.
   *
   * @param runtime where the requests live
   * @param wanted whether to guess
   * @return the guesses
   */
  public static LaneGuesses of(GreenletRuntime runtime, boolean wanted) {
    boolean everyWaitSwitches = runtime.engine().everyWaitSwitches();
    return new LaneGuesses(
        runtime.sharedLane(),
        everyWaitSwitches ? runtime.hubs() : List.of(),
        wanted && everyWaitSwitches,
        System::nanoTime);
  }

  /**
   * Returns where a task of the container starts. Any thread.
   *
   * @param connection the connection it serves, compared by identity; {@code null} if it is not
   *     known
   * @return where to run it
   */
  public Arrival arrivalOf(@Nullable Object connection) {
    return new Arrival(
        this, guessing && connection != null ? placeOf(connection) : Arrival.NOWHERE);
  }

  private static int placeOf(Object connection) {
    return System.identityHashCode(connection) & PLACES - 1;
  }

  /**
   * How many requests started on the lane of their handler.
   *
   * @return a number that only grows
   */
  public long hits() {
    return hits.sum();
  }

  /**
   * How many requests had to hop to the lane of their handler.
   *
   * @return a number that only grows
   */
  public long misses() {
    return misses.sum();
  }

  Lane home() {
    return home;
  }

  Lane guess(int place) {
    Lane guessed = place == Arrival.NOWHERE ? null : lanes.getAcquire(place);
    return guessed == null || guessed == home ? shared() : guessed;
  }

  /** The shared lane, or an idle hub while no carrier of that lane is free. */
  private Lane shared() {
    if (home.starved().isZero()) {
      return home;
    }
    for (Hub hub : hubs) {
      if (hub.state() == Hub.State.IDLE) {
        return hub;
      }
    }
    return home;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** A request has found its way. */
  void learn(int place, Lane was, Lane target, long nanosOnTheWay) {
    (was == target ? hits : misses).increment();
    remember(place, nanosOnTheWay < LONG_WAY_NANOS ? target : home);
  }

  /** The next request of a connection starts there. */
  void remember(int place, Lane lane) {
    if (place != Arrival.NOWHERE && guess(place) != lane) {
      lanes.setRelease(place, lane);
    }
  }
}
