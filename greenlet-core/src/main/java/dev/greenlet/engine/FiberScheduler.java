package dev.greenlet.engine;

/**
 * What an engine sees of a lane: the place that runs the slices of the fibers that are at home
 * there.
 */
public interface FiberScheduler {

  /**
   * Queues a fiber whose next slice may run. Called from anywhere: platform threads, pollers, the
   * JDK's unparker and unblocker, other carriers, fibers. So it is lock-free, allocates little,
   * logs nothing, runs nothing inline, starts no thread and never throws: an exception here would
   * kill a poller or hang every contended monitor of the JVM.
   *
   * @param fiber the fiber, which is queued at most once at a time
   */
  void ready(Fiber fiber);

  /**
   * Whether no two fibers of this lane may run at once.
   *
   * @return {@code true} for a hub, {@code false} for the shared lane
   */
  boolean exclusive();
}
