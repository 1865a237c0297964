package dev.greenlet.fiber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.ClassInitialiser;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The JDK submits a virtual thread once more whose stack was taken while it was queued, and does so
 * at any time later. Here the test submits, at the times that matter.
 */
@Timeout(60)
class ResubmissionTests {
  private static final int HOPS = 3_000;

  private final NativeEngine engine =
      (NativeEngine) ((EngineStatus.Available) NativeEngine.probe()).engine();
  private final List<Lane> lanes = new ArrayList<>();

  @AfterEach
  void stop() {
    lanes.forEach(Lane::stop);
  }

  static Stream<List<Kind>> hops() {
    return Stream.of(
        List.of(Kind.SHARED, Kind.HUB),
        List.of(Kind.HUB, Kind.HUB),
        List.of(Kind.HUB, Kind.SHARED));
  }

  @ParameterizedTest
  @MethodSource("hops")
  void oneThatComesBeforeAHopDoesNotKeepTheFiberFromItsNewLane(List<Kind> kinds) {
    Lane origin = lane(kinds.getFirst());
    Lane target = lane(kinds.getLast());
    List<String> carriers = new CopyOnWriteArrayList<>();
    NativeFiber fiber =
        run(
            origin,
            self -> {
              carriers.add(carrier());
              fromAnotherThread(() -> resubmit(self));
              carriers.add(self.moveTo(target) + " " + carrier());
            });
    await().until(() -> fiber.phase() == Fiber.Phase.DONE);

    assertThat(carriers).containsExactly(origin.name, "true " + target.name);
    assertThat(fiber.slices()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("hops")
  void oneThatComesAfterAHopCountsNoSlice(List<Kind> kinds) {
    Lane origin = lane(kinds.getFirst());
    Lane target = lane(kinds.getLast());
    List<String> carriers = new CopyOnWriteArrayList<>();
    NativeFiber fiber =
        run(
            origin,
            self -> {
              self.moveTo(target);
              fromAnotherThread(() -> resubmit(self));
              self.park();
              carriers.add(carrier());
            });
    await().until(() -> target.entries == 2); // the arrival, and the one that was not needed

    assertThat(fiber.phase()).isEqualTo(Fiber.Phase.PARKED);
    assertThat(fiber.slices()).isEqualTo(2);
    fiber.unpark();
    await().until(() -> fiber.phase() == Fiber.Phase.DONE);
    assertThat(carriers).containsExactly(target.name);
    assertThat(fiber.slices()).isEqualTo(3);
  }

  @Test
  void thoseThatComeAllTheTimeNeitherMisleadNorLoseNorCount() {
    Lane shared = lane(Kind.SHARED);
    Lane hub = lane(Kind.HUB);
    Lane otherHub = lane(Kind.HUB);
    List<String> strayed = new CopyOnWriteArrayList<>();
    AtomicBoolean ended = new AtomicBoolean();
    NativeFiber fiber =
        run(
            shared,
            self -> {
              for (int hop = 0; hop < HOPS; hop++) {
                Lane target = hop % 3 == 0 ? hub : hop % 3 == 1 ? otherHub : shared;
                boolean moved = self.moveTo(target);
                if (!moved || !carrier().equals(target.name)) {
                  strayed.add("hop " + hop + " to " + target.name + ": " + moved + ' ' + carrier());
                }
              }
            });
    Thread resubmitter = resubmitUntil(ended, fiber);
    await().until(() -> fiber.phase() == Fiber.Phase.DONE);
    ended.set(true);
    join(resubmitter);

    assertThat(strayed).isEmpty();
    await().until(() -> lanes.stream().allMatch(lane -> lane.queue.isEmpty()));
    assertThat(fiber.slices()).isEqualTo(HOPS + 1);
  }

  @Test
  void noneIsTakenForTheHopOfAFiberThatIsPinned() {
    Lane shared = lane(Kind.SHARED);
    Lane hub = lane(Kind.HUB);
    List<String> attempts = new CopyOnWriteArrayList<>();
    AtomicBoolean ended = new AtomicBoolean();
    NativeFiber fiber =
        run(
            hub,
            self -> {
              for (int initialiser = 0; initialiser < 2; initialiser++) {
                Lane origin = (Lane) self.home();
                Lane target = origin == hub ? shared : hub;
                ClassInitialiser.run(
                    () -> {
                      for (int attempt = 0; attempt < HOPS; attempt++) {
                        boolean moved = self.moveTo(target);
                        if (moved || self.home() != origin || !carrier().equals(origin.name)) {
                          attempts.add("moved " + moved + " home " + self.home() + " " + carrier());
                        }
                      }
                    });
                attempts.add(self.moveTo(target) + " " + carrier());
              }
            });
    Thread resubmitter = resubmitUntil(ended, fiber);
    await().until(() -> fiber.phase() == Fiber.Phase.DONE);
    ended.set(true);
    join(resubmitter);

    assertThat(attempts).containsExactly("true " + shared.name, "true " + hub.name);
  }

  @Test
  void anEntryAtALaneThatIsNotTheHomeIsSentOn() throws Exception {
    Lane hub = lane(Kind.HUB);
    Lane elsewhere = lane(Kind.HUB);
    NativeFiber fiber = run(hub, Fiber::park);
    await().until(() -> fiber.phase() == Fiber.Phase.PARKED);
    elsewhere.queue.put(fiber);
    await().until(() -> hub.entries == 2);

    assertThat(elsewhere.slices).isZero();
    assertThat(fiber.slices()).isEqualTo(1);
    fiber.unpark();
    await().until(() -> fiber.phase() == Fiber.Phase.DONE);
  }

  @Test
  void oneForAWaitOfTheJdkCountsNoSlice() {
    Lane hub = lane(Kind.HUB);
    AtomicBoolean released = new AtomicBoolean();
    NativeFiber fiber =
        run(
            hub,
            self -> {
              while (!released.get()) {
                LockSupport.park();
              }
            });
    await().until(() -> fiber.phase() == Fiber.Phase.PARKED);
    resubmit(fiber);
    await().until(() -> hub.entries == 2);

    assertThat(fiber.slices()).isEqualTo(1);
    released.set(true);
    LockSupport.unpark(fiber.thread());
    await().until(() -> fiber.phase() == Fiber.Phase.DONE);
    assertThat(fiber.slices()).isEqualTo(2);
  }

  @Test
  void lookingWhereAFiberIsSuspendedSubmitsNothing() {
    Lane hub = lane(Kind.HUB);
    List<StackTraceElement> suspension = new CopyOnWriteArrayList<>();
    NativeFiber fiber =
        run(
            hub,
            self -> {
              self.watchSuspension(true);
              Thread.yield();
              self.watchSuspension(false);
              suspension.addAll(self.firstSuspension());
            });
    await().until(() -> fiber.phase() == Fiber.Phase.DONE);
    await().until(() -> hub.entries == 2); // and not a third

    assertThat(suspension).anyMatch(frame -> frame.getMethodName().equals("yield"));
    assertThat(hub.queue).isEmpty();
  }

  // --- lanes ------------------------------------------------------------------------------------

  private enum Kind {
    SHARED,
    HUB
  }

  private Lane lane(Kind kind) {
    Lane lane = new Lane(kind + "-" + lanes.size(), kind == Kind.HUB);
    lanes.add(lane);
    return lane;
  }

  private static final class Lane implements FiberScheduler {
    private final String name;
    private final boolean exclusive;
    private final BlockingQueue<Fiber> queue = new LinkedBlockingQueue<>();
    private final List<Thread> carriers = new ArrayList<>();
    private volatile int entries; // exact on a lane with one carrier, and where one fiber runs
    private volatile int slices;

    Lane(String name, boolean exclusive) {
      this.name = name;
      this.exclusive = exclusive;
      for (int carrier = 0; carrier < (exclusive ? 1 : 2); carrier++) {
        carriers.add(Thread.ofPlatform().daemon().name(name).start(this::serve));
      }
    }

    private void serve() {
      try {
        while (true) {
          boolean ran = queue.take().runSlice(this);
          synchronized (this) {
            slices += ran ? 1 : 0;
            entries++;
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void stop() {
      carriers.forEach(Thread::interrupt);
    }

    @Override
    public void ready(Fiber fiber) {
      queue.add(fiber);
    }

    @Override
    public boolean exclusive() {
      return exclusive;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  // --- fibers -----------------------------------------------------------------------------------

  private interface Body {
    void run(Fiber self);
  }

  private NativeFiber run(Lane lane, Body body) {
    @Nullable Fiber[] self = new Fiber[1];
    NativeFiber fiber =
        (NativeFiber)
            engine.newFiber(
                "fiber",
                () -> {
                  if (self[0] != null) {
                    body.run(self[0]);
                  }
                },
                lane,
                Runnable::run);
    self[0] = fiber;
    fiber.start();
    return fiber;
  }

  private static void resubmit(Fiber fiber) {
    NativeFiber known = (NativeFiber) fiber;
    Runnable continuation = known.continuation();
    if (continuation != null) {
      known.execute(continuation);
    }
  }

  private static Thread resubmitUntil(AtomicBoolean ended, Fiber fiber) {
    return Thread.ofPlatform()
        .start(
            () -> {
              while (!ended.get()) {
                resubmit(fiber);
              }
            });
  }

  /** While the calling fiber keeps its carrier. */
  private static void fromAnotherThread(Runnable action) {
    CountDownLatch done = new CountDownLatch(1);
    Thread.ofPlatform()
        .start(
            () -> {
              action.run();
              done.countDown();
            });
    spinUntil(() -> done.getCount() == 0);
  }

  private static void spinUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  /** A mounted virtual thread tells its carrier in its description only. */
  private static String carrier() {
    String description = Thread.currentThread().toString();
    return description.substring(description.indexOf('@') + 1);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
