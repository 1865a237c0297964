package dev.greenlet.fiber;

import java.util.concurrent.Executor;

/**
 * Runs greenlets as ordinary threads that hold their hub's baton while they run. Needs no flag and
 * no internals. A call that is not instrumented keeps the baton while it blocks.
 */
public final class PortableEngine implements Engine {
  private final boolean virtual;

  private PortableEngine(boolean virtual) {
    this.virtual = virtual;
  }

  /**
   * Returns the engine for applications: over the JDK's virtual threads.
   *
   * @return the engine
   */
  public static PortableEngine overVirtualThreads() {
    return new PortableEngine(true);
  }

  /**
   * Returns the engine over platform threads, for race checkers, which see only those.
   *
   * @return the engine
   */
  public static PortableEngine overPlatformThreads() {
    return new PortableEngine(false);
  }

  @Override
  public String name() {
    return "portable";
  }

  @Override
  public boolean everyWaitSwitches() {
    return false;
  }

  @Override
  public Fiber newFiber(String name, Runnable body, FiberScheduler home, Executor strays) {
    return new PortableFiber(this, name, body, home);
  }

  /**
   * A thread of the same sort as the greenlets: the baton goes to and fro cheaply between like
   * ones.
   */
  @Override
  public Thread newCarrier(String name, Runnable loop) {
    return newThread(name, loop);
  }

  Thread newThread(String name, Runnable task) {
    return virtual
        ? Thread.ofVirtual().name(name).unstarted(task)
        : Thread.ofPlatform().daemon().name(name).unstarted(task);
  }
}
