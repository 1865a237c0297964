package dev.greenlet;

import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Determines whether a slice waits or computes. A thread that waits in the operating system or for
 * a class initialiser of another thread is runnable to the JVM; only the processor time of its
 * platform thread distinguishes it from a thread that computes. Not thread-safe.
 */
final class WaitProbe {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long UNKNOWN = -1;

  private final Thread greenlet;
  // the thread of the hub if that carries the greenlet, else null: the greenlet's own state counts
  private final @Nullable Thread carrier;

  private long lastNanos = UNKNOWN;

  private WaitProbe(Thread greenlet, @Nullable Thread carrier) {
    this.greenlet = greenlet;
    this.carrier = carrier;
  }

  /**
   * Creates a probe for a slice that has begun.
   *
   * @param greenlet the thread of the greenlet
   * @param loop the thread that runs the loop; on the native engine it carries the greenlet
   */
  static WaitProbe of(Thread greenlet, Thread loop) {
    boolean carries = greenlet.isVirtual() && !loop.isVirtual();
    return new WaitProbe(greenlet, carries ? loop : null);
  }

  /** Returns whether the slice waits, and has not run since the last call. */
  boolean waits() {
    return switch (state()) {
      case WAITING, TIMED_WAITING, BLOCKED -> true;
      case RUNNABLE -> usesNoTime();
      case NEW, TERMINATED -> false;
    };
  }

  /**
   * Returns whether the slice waits at this moment. The stack of a runnable thread is captured,
   * which would make the thread use processor time unless it is in the operating system or in the
   * JVM.
   */
  boolean waitsNow() {
    return switch (state()) {
      case WAITING, TIMED_WAITING, BLOCKED -> true;
      case RUNNABLE -> {
        boolean same = usesNoTime();
        StackTraceElement[] _ = observed().getStackTrace();
        yield same && usesNoTime() && state() == State.RUNNABLE;
      }
      case NEW, TERMINATED -> false;
    };
  }

  private State state() {
    return observed().getState();
  }

  private Thread observed() {
    return carrier == null ? greenlet : carrier;
  }

  private boolean usesNoTime() {
    long now = carrier == null ? timeUnder(greenlet) : THREADS.getThreadCpuTime(carrier.threadId());
    boolean same = now != UNKNOWN && now == lastNanos;
    lastNanos = now;
    return same;
  }

  /**
   * Returns the processor time of the platform thread under a greenlet. Of the carrier of a virtual
   * thread on the scheduler of the JDK, only the name is available.
   */
  private static long timeUnder(Thread greenlet) {
    if (!greenlet.isVirtual()) {
      return THREADS.getThreadCpuTime(greenlet.threadId());
    }
    String shown = greenlet.toString();
    String name = shown.substring(shown.lastIndexOf('@') + 1);
    for (ThreadInfo each : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (each != null && each.getThreadName().equals(name)) {
        return THREADS.getThreadCpuTime(each.getThreadId());
      }
    }
    return UNKNOWN;
  }
}
