package dev.greenlet.fiber;

import dev.greenlet.fiber.EngineStatus.Available;
import dev.greenlet.fiber.EngineStatus.Reason;
import dev.greenlet.fiber.EngineStatus.Unavailable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;

/**
 * Runs greenlets as virtual threads whose scheduler is the greenlet itself.
 *
 * <p>The only reflective access of the library is here: {@code
 * java.lang.ThreadBuilders.newVirtualThread(Executor, String, int, Runnable)} of JDK 25, reached
 * through one method handle, which needs {@code java.base/java.lang} to be opened.
 */
public final class NativeEngine implements Engine {
  private static final String BUILDERS = "java.lang.ThreadBuilders";
  private static final String FACTORY = "newVirtualThread";
  private static final int NO_CHARACTERISTICS = 0;

  private final MethodHandle newVirtualThread;

  private NativeEngine(MethodHandle newVirtualThread) {
    this.newVirtualThread = newVirtualThread;
  }

  /**
   * Opens the engine and tests it, once per JVM. Any thread. This also causes the JDK to start its
   * socket pollers, which would otherwise inherit the scheduler of the first greenlet that reads a
   * socket and stall every other one whenever that greenlet's hub is busy.
   *
   * @return the engine, or why it is not available
   */
  public static EngineStatus probe() {
    return ProbeOnce.STATUS;
  }

  private static final class ProbeOnce {
    static final EngineStatus STATUS = PlatformThreads.call(NativeEngine::openAndTest);
  }

  private static EngineStatus openAndTest() {
    MethodHandle handle;
    try {
      Class<?> builders = Class.forName(BUILDERS);
      handle =
          MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
              .findStatic(
                  builders,
                  FACTORY,
                  MethodType.methodType(
                      Thread.class, Executor.class, String.class, int.class, Runnable.class));
    } catch (IllegalAccessException notOpened) {
      return new Unavailable(
          Reason.NOT_OPENED, "package java.lang of module java.base is not opened to greenlet");
    } catch (ReflectiveOperationException absent) {
      return new Unavailable(
          Reason.API_ABSENT, "JDK %s has no %s.%s".formatted(Runtime.version(), BUILDERS, FACTORY));
    }
    SocketPollers.start();
    NativeEngine engine = new NativeEngine(handle);
    try {
      return EngineProbe.returnsToItsLane(engine)
          ? new Available(engine)
          : new Unavailable(
              Reason.SELF_TEST_FAILED, "a parked greenlet did not come back to its hub");
    } catch (UnsupportedOperationException withoutContinuations) {
      return new Unavailable(
          Reason.NO_CONTINUATIONS, "this JVM runs virtual threads without continuations");
    }
  }

  @Override
  public String name() {
    return "native";
  }

  @Override
  public boolean everyWaitSwitches() {
    return true;
  }

  @Override
  public Fiber newFiber(String name, Runnable body, FiberScheduler home, Executor strays) {
    return new NativeFiber(this, name, body, home, strays);
  }

  /** A platform thread, the only sort that can carry a virtual one. */
  @Override
  public Thread newCarrier(String name, Runnable loop) {
    return Thread.ofPlatform().daemon().name(name).unstarted(loop);
  }

  Thread newThread(Executor scheduler, String name, Runnable task) {
    try {
      return (Thread) newVirtualThread.invokeExact(scheduler, name, NO_CHARACTERISTICS, task);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
