package dev.greenlet.fiber;

import java.util.concurrent.Executor;

/** One way to create greenlets. Thread-safe. */
public sealed interface Engine permits NativeEngine, PortableEngine {

  /**
   * Returns the name by which users choose the engine.
   *
   * @return {@code native} or {@code portable}
   */
  String name();

  /**
   * Returns whether every blocking wait of the JDK gives up the lane, those in a system call
   * excepted. If not, only a wait that the library itself makes or knows of does.
   *
   * @return whether it does
   */
  boolean everyWaitSwitches();

  /**
   * Creates a fiber, without starting it.
   *
   * @param name the name of its thread
   * @param body what it runs
   * @param home the lane it starts on
   * @param strays the executor of continuations that reach the fiber's scheduler without being its
   *     own: those of virtual threads which the fiber's code starts directly
   * @return the fiber
   */
  Fiber newFiber(String name, Runnable body, FiberScheduler home, Executor strays);

  /**
   * Creates the thread that carries a hub, without starting it.
   *
   * @param name its name
   * @param loop the loop that it runs
   * @return a daemon thread
   */
  Thread newCarrier(String name, Runnable loop);
}
