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
 * The thread side of a raw greenlet: the thread it runs on, where that waits for control, and what
 * came with it.
 *
 * <p>Fields without {@code volatile} pass from hand to hand with the control of the tree: who hands
 * it over writes, then wakes (or starts) the thread, which then reads.
 */
final class RawThreadState {
  private static final String KIND = "raw";

  /** What came with control, from whom, and on which lane that one was. */
  record Arrival(RawState origin, Payload payload, @Nullable Lane lane) {}

  private volatile @Nullable Waiter waiter; // there while the greenlet is suspended
  private volatile boolean
      admitted; // set before the waiter is looked at, looked at after it is set
  private @Nullable Arrival arrival;
  private volatile @Nullable GreenletExit
      signal; // kill or deadline, came while suspended, thrown with control
  private volatile @Nullable Thread thread;
  private volatile @Nullable GreenletTask<?> task; // in the tree of a task greenlet
  private volatile boolean begun;

  /** The calling thread sits down, for good. */
  void occupy() {
    thread = Thread.currentThread();
    task = Greenlets.currentOrNull();
    begun = true;
  }

  /**
   * Starts a thread for a new greenlet. Beside a task greenlet it is one too, at home on the lane
   * of the caller, so that its waits give up that lane on every engine.
   *
   * @param first what its first arrival will be
   * @param run what it runs, having sat down
   * @param neverBegan called instead, by anybody, if it is killed before it could
   */
  void start(String name, Arrival first, Runnable run, Runnable neverBegan) {
    arrival = first;
    Runnable sitDownAndRun =
        () -> {
          occupy();
          run.run();
        };
    if (Greenlets.currentOrNull() == null) {
      Thread.ofVirtual()
          .name(name)
          .inheritInheritableThreadLocals(false)
          .unstarted(sitDownAndRun)
          .start();
      return;
    }
    GreenletTask<?> spawned =
        Greenlets.spawn(
            SpawnOptions.named(name).withKind(KIND),
            () -> {
              sitDownAndRun.run();
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

  /** Forgets the thread, which holds on to the body even when it has ended. */
  void standUp() {
    thread = null;
    arrival = null;
  }

  /**
   * Gets ready to wait for control. To be called before anybody can hand it over.
   *
   * @param cleansUp whether what the greenlet was killed by before must not end the wait
   */
  void prepareToWait(boolean cleansUp) {
    Waiter unused = waiter;
    if (unused != null) {
      boolean _ = unused.claim(); // of a switch that failed
    }
    admitted = false;
    waiter = newWaiter(cleansUp);
  }

  /** A wait that a kill ends even before it begins, to be thrown when control comes. */
  private static Waiter newWaiter(boolean pastThrown) {
    Waiter waiter = Waiter.ofCurrent().notFailable();
    if (pastThrown) {
      waiter.pastThrown();
    }
    boolean _ = waiter.enlist(() -> {});
    return waiter;
  }

  /** Hands control to the greenlet that waits here, or that is about to look. */
  void admit(Arrival next) {
    arrival = next;
    admitted = true;
    Waiter waiting = waiter;
    if (waiting != null) {
      waiting.wake();
    }
  }

  /**
   * Waits until control has come, if it has not yet. Neither an interrupt nor a kill makes a
   * greenlet run while another one of its tree does: the interrupt status is set again, and the
   * kill thrown, when control comes. Only in a tree that is over, where control will never come, a
   * kill ends the wait.
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
        tree.passOn(self, over);
      } catch (GreenletExit exit) {
        if (tree.isOver()) {
          throw exit;
        }
        killed = true;
        signal = exit;
        tree.passOn(self, exit);
      }
      if (!admitted) {
        waiting = newWaiter(signal != null); // the one that was left is of no more use
        waiter = waiting;
      }
    } while (!admitted);
    waiter = null;
    boolean _ = waiting.claim(); // the last one may not have been waited with
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes what came with control. */
  Arrival takeArrival() {
    Arrival taken = arrival;
    if (taken == null) {
      throw new AssertionError("control came from nowhere");
    }
    arrival = null;
    return taken;
  }

  /**
   * Takes the kill or the end of a deadline that came while the greenlet waited, unless the section
   * of the deadline has ended.
   */
  @Nullable GreenletExit takeSignal() {
    GreenletExit taken = signal;
    signal = null;
    return taken instanceof DeadlineExit over && !over.isOpen() ? null : taken;
  }

  /** What will be thrown when control comes. Any thread. */
  @Nullable GreenletExit signal() {
    return signal;
  }

  /** The lane of the calling occupant, if it has one. */
  @Nullable Lane lane() {
    GreenletTask<?> self = task;
    return self == null ? null : self.lane();
  }

  /** Goes where control came from: a tree is on one lane, that of its running greenlet. */
  void follow(@Nullable Lane lane) {
    if (lane != null && lane != lane()) {
      Greenlets.moveTo(lane);
    }
  }

  /** Ends the task that runs here by what ends a greenlet that waits for it. Any thread. */
  void pass(Throwable exit) {
    GreenletTask<?> running = task;
    if (running == null) {
      return;
    }
    if (exit instanceof DeadlineExit over) {
      over.passTo(running);
    } else {
      running.kill("its owner was: " + exit.getMessage());
    }
  }

  List<StackTraceElement> stackTrace() {
    GreenletTask<?> running = task;
    if (running != null) {
      return running.stackTrace(); // knows when not to look
    }
    Thread occupant = thread;
    return occupant == null ? List.of() : List.of(occupant.getStackTrace());
  }
}
