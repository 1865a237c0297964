package dev.greenlet.raw;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Printable;
import dev.greenlet.WaitReason;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The raw greenlets of one thread, of which one has control. Fields without {@code volatile} are
 * confined to that one.
 */
final class RawTree {
  private static final ThreadLocal<@Nullable RawState> CURRENT = new ThreadLocal<>();

  private final Thread owner;
  private final @Nullable GreenletTask<?> ownerTask;
  private final RawState main;
  private final WaitReason waitForControl;
  private final RawTrace.Listeners listeners = new RawTrace.Listeners();
  private final SequencedSet<RawState> started = new LinkedHashSet<>(); // started and unfinished
  private final Queue<RawState> toClose = new ConcurrentLinkedQueue<>(); // by other threads
  private final Queue<RawState> lost = new ConcurrentLinkedQueue<>(); // with a collected handle

  private boolean watched;
  private @Nullable Closing closing;
  private volatile RawState running;
  private volatile boolean over;

  private RawTree(Thread owner, @Nullable GreenletTask<?> ownerTask) {
    this.owner = owner;
    this.ownerTask = ownerTask;
    this.main = new RawGreenlet(this).state();
    this.running = main;
    this.waitForControl = new WaitReason("raw", "control of the " + this);
  }

  /** Returns the current raw greenlet. The first call in a thread creates its main one. */
  static RawState current() {
    RawState current = CURRENT.get();
    if (current == null) {
      RawTree tree = new RawTree(Thread.currentThread(), Greenlets.currentOrNull());
      current = tree.main;
      current.threadState().bind();
      CURRENT.set(current);
    }
    return current;
  }

  /**
   * Returns the current raw greenlet for a call that may switch, after closing the greenlets that
   * other threads have requested to close.
   */
  static RawState enter() {
    RawState current = current();
    RawTree tree = current.life().ownTree();
    if (!tree.toClose.isEmpty() || !tree.lost.isEmpty()) {
      tree.closeEach(current, () -> tree.pollRequested(current));
    }
    return current;
  }

  private @Nullable RawState pollRequested(RawState current) {
    for (RawState next = toClose.poll(); next != null; next = toClose.poll()) {
      if (next.isActive() && next != current) {
        return next;
      }
    }
    for (RawState next = lost.poll(); next != null; next = lost.poll()) {
      if (next.isLost() && next != current) { // a running one is checked when it departs
        return next;
      }
    }
    return null;
  }

  static boolean isCurrent(RawState greenlet) {
    return CURRENT.get() == greenlet;
  }

  RawState main() {
    return main;
  }

  RawTrace.Listeners listeners() {
    return listeners;
  }

  WaitReason waitForControl() {
    return waitForControl;
  }

  /** Returns whether the owner has ended. Any thread. */
  boolean isOver() {
    return over || !owner.isAlive();
  }

  // --- switching: the running greenlet only ------------------------------------------------------

  /** Passes control to {@code target}, or to the greenlet that replaces it. Does not wait. */
  void depart(RawState self, RawState target, Payload payload) {
    depart(self, target, payload, false);
  }

  private void depart(RawState self, RawState target, Payload payload, boolean pastThrown) {
    Receiver receiver = receiverFor(target);
    if (receiver.greenlet() != self) {
      self.threadState().prepareToWait(pastThrown);
      if (self.isLost()) {
        lost.add(self);
      }
    }
    transfer(self, receiver, payload);
  }

  /** Waits for control and takes the payload. */
  @Nullable Object arrive(RawState self) {
    self.threadState().awaitControl(self, this);
    return receive(self);
  }

  private @Nullable Object receive(RawState self) {
    RawThreadState.Arrival arrival = self.threadState().takeArrival();
    Payload payload = arrival.payload();
    GreenletExit signal = self.threadState().takeSignal();
    if (signal == null) {
      signal = self.signalOfAncestors();
    }
    if (signal == null) {
      self.threadState().follow(arrival.lane());
    } else {
      payload = new Payload.Failure(signal);
    }
    return listeners.notifyListeners(payload, arrival.origin(), self).open();
  }

  /**
   * Returns the receiver of control for {@code target}: itself, or its first ancestor that can
   * receive.
   */
  private Receiver receiverFor(RawState target) {
    RawState candidate = target;
    while (true) {
      checkSwitchAllowed(candidate);
      switch (candidate.life().phase()) {
        case ACTIVE -> {
          return new Receiver(candidate, null);
        }
        case UNSTARTED -> {
          RawBody body = candidate.findBody(); // may switch, change the parent, or start it
          checkSwitchAllowed(candidate);
          if (candidate.life().phase() == RawLife.Phase.UNSTARTED) {
            return new Receiver(candidate, body);
          }
        }
        case DEAD -> candidate = candidate.ancestor();
      }
    }
  }

  /** The receiver of control, with its body if it has to be started. */
  private record Receiver(RawState greenlet, @Nullable RawBody body) {}

  void checkSwitchAllowed(RawState target) {
    RawTree expected = target.treeInLineage();
    if (expected == this) {
      return;
    }
    throw expected.isOver()
        ? new DeadThreadException(target, this, expected)
        : new CrossThreadSwitchException(target, this, expected);
  }

  private void transfer(RawState origin, Receiver receiver, Payload payload) {
    RawState target = receiver.greenlet();
    RawBody body = receiver.body();
    RawThreadState.Arrival arrival =
        new RawThreadState.Arrival(origin, payload, origin.threadState().lane());
    if (body == null) {
      running = target;
      target.threadState().giveControl(arrival);
    } else {
      start(origin, target, body, arrival);
    }
  }

  // --- start and end -----------------------------------------------------------------------------

  private void start(RawState origin, RawState target, RawBody body, RawThreadState.Arrival first) {
    watchOwner();
    if (!target.life().begin(this)) {
      throw new ClosedRawGreenletException(target); // by another thread, just now
    }
    target.watchHandle();
    started.add(target);
    running = target;
    try {
      target
          .threadState()
          .start(
              target.name(),
              first,
              () -> run(target, body),
              () -> neverBegan(target, first.payload()));
    } catch (Throwable failure) { // no thread was available
      running = origin;
      started.remove(target);
      target.threadState().unbind();
      target.life().undoBegin(body);
      target.forgetHandle();
      throw failure;
    }
  }

  private void run(RawState self, RawBody body) {
    CURRENT.set(self);
    try {
      end(self, self.life().callBody(body, () -> receive(self)));
    } finally {
      CURRENT.remove();
    }
  }

  /** Passes control and the result to the parent, finally. */
  private void end(RawState self, Payload endOfBody) {
    Payload payload = self.life().resultForReceiver(endOfBody);
    RawState next = nextToClose(self);
    if (next != null) {
      markDead(self);
      self.life().endClosing();
      transfer(self, new Receiver(next, null), exitOf(next));
      return;
    }
    RawState ancestor = self.parent();
    while (ancestor != null) {
      try {
        Receiver receiver = receiverFor(ancestor);
        markDead(self);
        transfer(self, receiver, payload);
        return;
      } catch (Throwable failure) { // it could not be started: its own parent receives that
        payload = new Payload.Failure(failure);
        ancestor = ancestor.parent();
      }
    }
    markDead(self);
    transfer(self, new Receiver(main, null), payload);
  }

  /**
   * Ends a greenlet whose task was killed between its start and its first slice. Called by the
   * killing thread, while no other greenlet of the tree has control.
   */
  private void neverBegan(RawState self, Payload first) {
    Payload payload =
        first instanceof Payload.Failure
            ? first.asResult()
            : new Payload.Value(
                new GreenletExit(
                    "Raw greenlet '%s' was killed before it began".formatted(self.name()), null));
    RawState ancestor = self.parent();
    while (ancestor != null && ancestor.life().phase() != RawLife.Phase.ACTIVE) {
      ancestor = ancestor.parent();
    }
    markDead(self);
    transfer(self, new Receiver(ancestor == null ? main : ancestor, null), payload);
  }

  private void markDead(RawState dead) {
    dead.life().die();
    dead.forgetHandle();
    dead.threadState().unbind();
    started.remove(dead);
  }

  /**
   * Called after a kill or the expiry of a deadline has ended a greenlet's wait for control. The
   * exit is thrown when control arrives, which it cannot await if control is with a greenlet that
   * reports to it: so it is thrown there as well, and in each greenlet that receives control
   * before.
   */
  void propagate(RawState waiting, Throwable exit) {
    // either this sees the new holder of control, or that one sees the signal that was set before
    RawState holder = running;
    if (holder.reportsTo(waiting)) {
      holder.threadState().cancel(exit);
    }
  }

  // --- closing -----------------------------------------------------------------------------------

  /** Throws an exit into a suspended greenlet, with the caller as its temporary parent. */
  void close(RawState self, RawState target) {
    target.life().beginClosing(self);
    try {
      depart(self, target, exitOf(target), true);
      arrive(self);
    } finally {
      endClosing(target);
    }
  }

  private static Payload exitOf(RawState target) {
    return new Payload.Failure(
        new GreenletExit("Raw greenlet '%s' was closed".formatted(target.name()), null));
  }

  private static void endClosing(RawState target) {
    if (!target.life().endClosing()) {
      System.getLogger(RawTree.class.getPackageName())
          .log(System.Logger.Level.WARNING, "GreenletExit did not end {0}", target);
    }
  }

  void closeLater(RawState target) {
    toClose.add(target);
  }

  /** Schedules the close of a greenlet whose handle was collected. Any thread. */
  void closeLost(RawState target) {
    lost.add(target);
  }

  /** Closes all suspended greenlets, youngest first, regardless of failures. */
  void closeAll(RawState self) {
    Set<RawState> tried = new LinkedHashSet<>();
    tried.add(self);
    boolean all = false;
    while (!all) {
      try {
        closeEach(self, () -> untried(tried));
        all = true;
      } catch (Throwable failure) {
        RawLife.reportUncaught(failure);
      }
    }
  }

  /**
   * Closes several greenlets. One that ends passes control to the next, so that the caller, whose
   * thread may wake slowly, receives it when all are closed, or when one of them switches.
   */
  private void closeEach(RawState self, Supplier<@Nullable RawState> source) {
    Closing outer = closing;
    Closing batch = new Closing(self, source);
    closing = batch;
    try {
      for (RawState next = source.get(); next != null; next = source.get()) {
        batch.last = next;
        try {
          close(self, next);
        } finally {
          if (batch.last != next) {
            endClosing(batch.last);
          }
        }
      }
    } finally {
      closing = outer;
    }
  }

  /** Returns the greenlet to close after one that has ended. */
  private @Nullable RawState nextToClose(RawState dead) {
    Closing batch = closing;
    if (batch == null || batch.last != dead || !isClosedBy(dead, batch.closer)) {
      return null;
    }
    started.remove(dead);
    RawState next = batch.source.get();
    if (next != null) {
      batch.last = next;
      next.life().beginClosing(batch.closer);
    }
    return next;
  }

  private static boolean isClosedBy(RawState closed, RawState closer) {
    RawGreenlet by = closed.life().closer();
    return by != null && by.state() == closer;
  }

  /** A series of greenlets that are closed one after the other. */
  private static final class Closing {
    private final RawState closer;
    private final Supplier<@Nullable RawState> source;
    private RawState last; // the latest begun

    private Closing(RawState closer, Supplier<@Nullable RawState> source) {
      this.closer = closer;
      this.source = source;
      this.last = closer;
    }
  }

  private @Nullable RawState untried(Set<RawState> tried) {
    for (RawState candidate : started.reversed()) {
      if (tried.add(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private void watchOwner() {
    if (watched) {
      return;
    }
    watched = true;
    if (ownerTask == null) {
      OwnerTerminationWatch.whenEnded(owner, this::closeWithOwner);
    } else {
      Greenlets.defer(this::closeWithOwner); // the first call that starts a greenlet is the owner's
    }
  }

  /**
   * Closes the tree: the owner has ended or is about to. The calling thread is the owner or acts
   * for it.
   */
  private void closeWithOwner() {
    CURRENT.set(main);
    try {
      closeAll(main);
    } finally {
      over = true;
      CURRENT.remove();
    }
  }

  @Override
  public String toString() {
    return "tree of %s".formatted(ownerTask == null ? describe(owner) : ownerTask);
  }

  private static String describe(Thread thread) {
    return "thread %d '%s'".formatted(thread.threadId(), Printable.of(thread.getName()));
  }
}
