package dev.greenlet.raw;

import dev.greenlet.DeadlineExit;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Lane;
import dev.greenlet.SpawnOptions;
import dev.greenlet.Waiter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a raw greenlet, its wait for control, and the payload that arrives with control.
 *
 * <p>Fields without {@code volatile} are passed along with the control of the tree: the greenlet
 * that passes control writes them, then wakes (or starts) the thread, which then reads.
 */
final class RawThreadState {
  private static final String KIND = "raw";

  /** The payload that arrives with control, its origin, and the origin's lane. */
  record Arrival(RawState origin, Payload payload, @Nullable Lane lane) {}

  private volatile @Nullable Waiter waiter; // present while the greenlet is suspended
  // Set before the waiter is read; read after the waiter is set.
  private volatile boolean controlGiven;
  private @Nullable Arrival arrival;
  // A kill or the expiry of a deadline during the suspension, thrown when control arrives.
  private volatile @Nullable GreenletExit signal;
  private volatile @Nullable Thread thread;
  private volatile @Nullable GreenletTask<?> task; // in the tree of a task greenlet
  private volatile boolean begun;

  /** Binds the calling thread to this greenlet, permanently. */
  void bind() {
    thread = Thread.currentThread();
    task = Greenlets.currentOrNull();
    begun = true;
  }

  /**
   * Starts a thread for a new greenlet. Within a task greenlet the thread is a greenlet too, on the
   * lane of the caller, so that its waits give up that lane on every engine.
   *
   * @param first the first arrival
   * @param run run after the thread is bound
   * @param neverBegan called in its place, by any thread, if the task is killed before it begins
   */
  void start(String name, Arrival first, Runnable run, Runnable neverBegan) {
    arrival = first;
    Runnable bindAndRun =
        () -> {
          bind();
          run.run();
        };
    if (Greenlets.currentOrNull() == null) {
      Thread.ofVirtual()
          .name(name)
          .inheritInheritableThreadLocals(false)
          .unstarted(bindAndRun)
          .start();
      return;
    }
    GreenletTask<?> spawned =
        Greenlets.spawn(
            SpawnOptions.named(name).withKind(KIND),
            () -> {
              bindAndRun.run();
              return null;
            });
    task = spawned;
    spawned.onEnd(
        () -> {
          if (!begun) {
            neverBegan.run();
          }
        });
  }

  /** Releases the thread, which refers to the body even after it has ended. */
  void unbind() {
    thread = null;
    arrival = null;
  }

  /**
   * Prepares the wait for control. Called before control can be passed back.
   *
   * @param pastThrown whether an exit that was thrown before must not end the wait
   */
  void prepareToWait(boolean pastThrown) {
    Waiter unused = waiter;
    if (unused != null) {
      boolean _ = unused.claim(); // belongs to a switch that failed
    }
    controlGiven = false;
    waiter = newWaiter(pastThrown);
  }

  /**
   * Creates a wait that a kill ends even before it begins; the kill is thrown when control arrives.
   */
  private static Waiter newWaiter(boolean pastThrown) {
    Waiter waiter = Waiter.ofCurrent().notFailable();
    if (pastThrown) {
      waiter.pastThrown();
    }
    boolean _ = waiter.enlist(() -> {});
    return waiter;
  }

  /** Passes control to the greenlet that waits here, or is about to wait. */
  void giveControl(Arrival next) {
    arrival = next;
    controlGiven = true;
    Waiter waiting = waiter;
    if (waiting != null) {
      waiting.wake();
    }
  }

  /**
   * Waits until control has arrived. Neither an interrupt nor a kill lets a greenlet run while
   * another of its tree does: the interrupt status is set again, and the kill is thrown, when
   * control arrives. Only in a tree that is over, where control never arrives, a kill ends the
   * wait.
   */
  void awaitControl(RawState self, RawTree tree) {
    Waiter waiting = waiter;
    if (waiting == null) {
      return;
    }
    boolean interrupted = false;
    boolean killed = false;
    do {
      try {
        waiting.await(tree.waitForControl());
      } catch (InterruptedException interrupt) {
        interrupted = true;
      } catch (DeadlineExit over) {
        if (!killed) {
          signal = over;
        }
        tree.propagate(self, over);
      } catch (GreenletExit exit) {
        if (tree.isOver()) {
          throw exit;
        }
        killed = true;
        signal = exit;
        tree.propagate(self, exit);
      }
      if (!controlGiven) {
        waiting = newWaiter(signal != null); // a waiter can be used once
        waiter = waiting;
      }
    } while (!controlGiven);
    waiter = null;
    boolean _ = waiting.claim(); // it may not have been waited with
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes the payload that arrived with control. */
  Arrival takeArrival() {
    Arrival taken = arrival;
    if (taken == null) {
      throw new AssertionError("control arrived without a payload");
    }
    arrival = null;
    return taken;
  }

  /**
   * Takes the kill or the expiry of a deadline that came during the suspension, unless the section
   * of the deadline has ended.
   */
  @Nullable GreenletExit takeSignal() {
    GreenletExit taken = signal;
    signal = null;
    return taken instanceof DeadlineExit over && !over.isOpen() ? null : taken;
  }

  /** Returns the exit to be thrown when control arrives. Any thread. */
  @Nullable GreenletExit signal() {
    return signal;
  }

  /** Returns the lane of the bound greenlet, if it has one. */
  @Nullable Lane lane() {
    GreenletTask<?> self = task;
    return self == null ? null : self.lane();
  }

  /**
   * Moves to the lane that control came from: a tree is on one lane, that of its running greenlet.
   */
  void follow(@Nullable Lane lane) {
    if (lane != null && lane != lane()) {
      Greenlets.moveTo(lane);
    }
  }

  /** Ends the wait of the running task by the exit of a greenlet that waits for it. Any thread. */
  void cancel(Throwable exit) {
    GreenletTask<?> running = task;
    if (running == null) {
      return;
    }
    if (exit instanceof DeadlineExit over) {
      over.passTo(running);
    } else {
      running.kill("its owner was killed: " + exit.getMessage());
    }
  }

  List<StackTraceElement> stackTrace() {
    GreenletTask<?> running = task;
    if (running != null) {
      return running.stackTrace(); // handles a running task
    }
    Thread occupant = thread;
    return occupant == null ? List.of() : List.of(occupant.getStackTrace());
  }
}
