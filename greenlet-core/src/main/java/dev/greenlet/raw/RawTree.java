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
 * The raw greenlets of one thread, of which one has control. Everything without {@code volatile}
 * belongs to that one.
 */
final class RawTree {
  private static final ThreadLocal<@Nullable RawState> CURRENT = new ThreadLocal<>();

  private final Thread owner;
  private final @Nullable GreenletTask<?> ownerTask;
  private final RawState main;
  private final WaitReason waitForControl;
  private final RawTrace.Listeners listeners = new RawTrace.Listeners();
  private final SequencedSet<RawState> started = new LinkedHashSet<>(); // and unfinished
  private final Queue<RawState> toClose = new ConcurrentLinkedQueue<>(); // asked for elsewhere
  private final Queue<RawState> lost = new ConcurrentLinkedQueue<>(); // by their users

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

  /**
   * The raw greenlet that the calling thread is. Its thread's first one is made on the first call.
   */
  static RawState current() {
    RawState current = CURRENT.get();
    if (current == null) {
      RawTree tree = new RawTree(Thread.currentThread(), Greenlets.currentOrNull());
      current = tree.main;
      current.threadState().occupy();
      CURRENT.set(current);
    }
    return current;
  }

  /** The same, for a call that may switch; closes first what other threads have asked to close. */
  static RawState enter() {
    RawState current = current();
    RawTree tree = current.life().ownTree();
    if (!tree.toClose.isEmpty() || !tree.lost.isEmpty()) {
      tree.closeEach(current, () -> tree.askedFor(current));
    }
    return current;
  }

  private @Nullable RawState askedFor(RawState current) {
    for (RawState next = toClose.poll(); next != null; next = toClose.poll()) {
      if (next.isActive() && next != current) {
        return next;
      }
    }
    for (RawState next = lost.poll(); next != null; next = lost.poll()) {
      if (next.isLost() && next != current) { // one that runs is looked at when it departs
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

  /** Whether the owner has ended. Any thread. */
  boolean isOver() {
    return over || !owner.isAlive();
  }

  // --- to switch: the running greenlet only ------------------------------------------------------

  /** Gives control to {@code target}, or to whoever stands in for it. Does not wait. */
  void depart(RawState self, RawState target, Payload payload) {
    depart(self, target, payload, false);
  }

  private void depart(RawState self, RawState target, Payload payload, boolean cleansUp) {
    Receiver receiver = receiverFor(target);
    if (receiver.greenlet() != self) {
      self.threadState().prepareToWait(cleansUp);
      if (self.isLost()) {
        lost.add(self);
      }
    }
    hand(self, receiver, payload);
  }

  /** Waits for control, and takes what comes with it. */
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
    return listeners.tell(payload, arrival.origin(), self).open();
  }

  /** Who gets control that is meant for {@code target}: it, or its first ancestor that can. */
  private Receiver receiverFor(RawState target) {
    RawState candidate = target;
    while (true) {
      checkSwitchAllowed(candidate);
      switch (candidate.life().phase()) {
        case ACTIVE -> {
          return new Receiver(candidate, null);
        }
        case UNSTARTED -> {
          RawBody body = candidate.findBody(); // may itself switch, reparent, or start it
          checkSwitchAllowed(candidate);
          if (candidate.life().phase() == RawLife.Phase.UNSTARTED) {
            return new Receiver(candidate, body);
          }
        }
        case DEAD -> candidate = candidate.ancestor();
      }
    }
  }

  /** Who gets control; with its body, if it is to be started. */
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

  private void hand(RawState origin, Receiver receiver, Payload payload) {
    RawState target = receiver.greenlet();
    RawBody body = receiver.body();
    RawThreadState.Arrival arrival =
        new RawThreadState.Arrival(origin, payload, origin.threadState().lane());
    if (body == null) {
      running = target;
      target.threadState().admit(arrival);
    } else {
      start(origin, target, body, arrival);
    }
  }

  // --- life and death ----------------------------------------------------------------------------

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
    } catch (Throwable noThread) {
      running = origin;
      started.remove(target);
      target.threadState().standUp();
      target.life().unbegin(body);
      target.forgetHandle();
      throw noThread;
    }
  }

  private void run(RawState self, RawBody body) {
    CURRENT.set(self);
    try {
      die(self, self.life().callBody(body, () -> receive(self)));
    } finally {
      CURRENT.remove();
    }
  }

  /** Gives control to the parent, with the last word, for ever. */
  private void die(RawState self, Payload lastWord) {
    Payload payload = self.life().settle(lastWord);
    RawState next = nextToClose(self);
    if (next != null) {
      bury(self);
      self.life().endClosing();
      hand(self, new Receiver(next, null), exitOf(next));
      return;
    }
    RawState heir = self.parent();
    while (heir != null) {
      try {
        Receiver receiver = receiverFor(heir);
        bury(self);
        hand(self, receiver, payload);
        return;
      } catch (Throwable failure) { // the heir could not be started: its own parent is told
        payload = new Payload.Failure(failure);
        heir = heir.parent();
      }
    }
    bury(self);
    hand(self, new Receiver(main, null), payload);
  }

  /**
   * Stands in for a greenlet whose task was killed between its start and its first slice. Called by
   * whoever killed it; nobody else has control.
   */
  private void neverBegan(RawState self, Payload first) {
    Payload payload =
        first instanceof Payload.Failure
            ? first.asLastWord()
            : new Payload.Value(
                new GreenletExit(
                    "Raw greenlet '%s' was killed at its start".formatted(self.name()), null));
    RawState heir = self.parent();
    while (heir != null && heir.life().phase() != RawLife.Phase.ACTIVE) {
      heir = heir.parent();
    }
    bury(self);
    hand(self, new Receiver(heir == null ? main : heir, null), payload);
  }

  private void bury(RawState dead) {
    dead.life().die();
    dead.forgetHandle();
    dead.threadState().standUp();
    started.remove(dead);
  }

  /**
   * A kill or the end of a deadline has ended a greenlet's wait for control. It is thrown when
   * control comes, which it cannot await if control is with a greenlet that reports to it: so it is
   * thrown there too, and in each that gets control before.
   */
  void passOn(RawState waiting, Throwable exit) {
    // either we see the new holder here, or that one sees the signal that was left before
    RawState holder = running;
    if (holder.reportsTo(waiting)) {
      holder.threadState().pass(exit);
    }
  }

  // --- closing -----------------------------------------------------------------------------------

  /**
   * Throws an exit into a suspended greenlet, which for the time being has the caller as parent.
   */
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

  /** The handle of a greenlet is lost. Any thread. */
  void closeLost(RawState target) {
    lost.add(target);
  }

  /** Closes all suspended greenlets, youngest first, whatever happens. */
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
   * Closes several greenlets. One that dies of it hands control to the next one, so that the
   * caller, whose thread may wake slowly, gets it back when all are closed, or when one of them
   * switches.
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

  /** Returns the greenlet that is to be closed after one that has died of it. */
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

  /** Greenlets that are closed one after the other. */
  private static final class Closing {
    private final RawState closer;
    private final Supplier<@Nullable RawState> source;
    private RawState last; // that was begun with

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
      OwnerTerminationWatch.whenEnded(owner, this::end);
    } else {
      Greenlets.defer(this::end); // the first to start another greenlet is the owner
    }
  }

  /** The owner has ended or is about to; the calling thread is it, or takes its threadState. */
  private void end() {
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
