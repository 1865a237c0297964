package dev.greenlet.fiber;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tests an engine before it is used: a fiber must park, be unparked from elsewhere, and return to
 * the lane that it left, on the same carrier.
 */
final class EngineProbe {
  private static final long PATIENCE_SECONDS = 10;

  private EngineProbe() {}

  /**
   * Runs the test on the calling thread as the carrier.
   *
   * @throws UnsupportedOperationException if the JVM has no continuations
   */
  static boolean returnsToItsLane(Engine engine) {
    SelfTestLane lane = new SelfTestLane();
    AtomicReference<String> trail = new AtomicReference<>("");
    // the fiber notes whether its lane's carrier is inside a slice each time it runs
    Fiber[] self = new Fiber[1];
    self[0] =
        engine.newFiber(
            "greenlet-self-test",
            () -> {
              trail.updateAndGet(seen -> seen + lane.insideSlice);
              self[0].park();
              trail.updateAndGet(seen -> seen + lane.insideSlice);
            },
            lane,
            Runnable::run);
    Fiber fiber = self[0];
    fiber.start();
    boolean firstSlice = lane.runNext();
    boolean parkedMeanwhile = fiber.phase() == Fiber.Phase.PARKED;
    fiber.unpark();
    boolean secondSlice = lane.runNext();
    return firstSlice
        && parkedMeanwhile
        && secondSlice
        && fiber.phase() == Fiber.Phase.DONE
        && trail.get().equals("truetrue");
  }

  private static final class SelfTestLane implements FiberScheduler {
    private final BlockingQueue<Fiber> queue = new LinkedBlockingQueue<>();
    private volatile boolean insideSlice;

    @Override
    public void ready(Fiber fiber) {
      queue.add(fiber);
    }

    @Override
    public boolean exclusive() {
      return true;
    }

    boolean runNext() {
      try {
        Fiber fiber = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (fiber == null) {
          return false;
        }
        insideSlice = true;
        fiber.runSlice(this);
        insideSlice = false;
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
