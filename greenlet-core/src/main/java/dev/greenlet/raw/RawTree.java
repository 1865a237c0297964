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
import org.jspecify.annotations.Nullable;

/**
 * The raw greenlets of one thread, of which one has control. Everything without {@code volatile}
 * belongs to that one.
 */
final class RawTree {
  private static final ThreadLocal<@Nullable RawGreenlet> CURRENT = new ThreadLocal<>();

  private final Thread owner;
  private final @Nullable GreenletTask<?> ownerTask;
  private final RawGreenlet main;
  private final WaitReason waitForControl;
  private final RawTrace.Listeners listeners = new RawTrace.Listeners();
  private final SequencedSet<RawGreenlet> started = new LinkedHashSet<>(); // and unfinished
  private final Queue<RawGreenlet> toClose = new ConcurrentLinkedQueue<>(); // asked for elsewhere

  private boolean watched;
  private volatile RawGreenlet running;
  private volatile boolean over;

  private RawTree(Thread owner, @Nullable GreenletTask<?> ownerTask) {
    this.owner = owner;
    this.ownerTask = ownerTask;
    this.main = new RawGreenlet(this);
    this.running = main;
    this.waitForControl = new WaitReason("raw", "control of the " + this);
  }

  /**
   * The raw greenlet that the calling thread is. Its thread's first one is made on the first call.
   */
  static RawGreenlet current() {
    RawGreenlet current = CURRENT.get();
    if (current == null) {
      RawTree tree = new RawTree(Thread.currentThread(), Greenlets.currentOrNull());
      current = tree.main;
      current.seat().occupy();
      CURRENT.set(current);
    }
    return current;
  }

  /** The same, for a call that may switch; closes first what other threads have asked to close. */
  static RawGreenlet enter() {
    RawGreenlet current = current();
    RawTree tree = current.life().ownTree();
    for (RawGreenlet next = tree.toClose.poll(); next != null; next = tree.toClose.poll()) {
      if (next.isActive() && next != current) {
        tree.close(current, next);
      }
    }
    return current;
  }

  static boolean isCurrent(RawGreenlet greenlet) {
    return CURRENT.get() == greenlet;
  }

  RawGreenlet main() {
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
  void depart(RawGreenlet self, RawGreenlet target, Payload payload) {
    depart(self, target, payload, false);
  }

  private void depart(RawGreenlet self, RawGreenlet target, Payload payload, boolean cleansUp) {
    Receiver receiver = receiverFor(target);
    if (receiver.greenlet() != self) {
      self.seat().prepareToWait(cleansUp);
    }
    hand(self, receiver, payload);
  }

  /** Waits for control, and takes what comes with it. */
  @Nullable Object arrive(RawGreenlet self) {
    self.seat().awaitControl(self, this);
    return receive(self);
  }

  private @Nullable Object receive(RawGreenlet self) {
    Seat.Arrival arrival = self.seat().takeArrival();
    Payload payload = arrival.payload();
    GreenletExit signal = self.seat().takeSignal();
    if (signal == null) {
      signal = self.signalOfAncestors();
    }
    if (signal == null) {
      self.seat().follow(arrival.lane());
    } else {
      payload = new Payload.Failure(signal);
    }
    return listeners.tell(payload, arrival.origin(), self).open();
  }

  /** Who gets control that is meant for {@code target}: it, or its first ancestor that can. */
  private Receiver receiverFor(RawGreenlet target) {
    RawGreenlet candidate = target;
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
  private record Receiver(RawGreenlet greenlet, @Nullable RawBody body) {}

  void checkSwitchAllowed(RawGreenlet target) {
    RawTree expected = target.treeInLineage();
    if (expected == this) {
      return;
    }
    throw expected.isOver()
        ? new DeadThreadException(target, this, expected)
        : new CrossThreadSwitchException(target, this, expected);
  }

  private void hand(RawGreenlet origin, Receiver receiver, Payload payload) {
    RawGreenlet target = receiver.greenlet();
    RawBody body = receiver.body();
    Seat.Arrival arrival = new Seat.Arrival(origin, payload, origin.seat().lane());
    if (body == null) {
      running = target;
      target.seat().admit(arrival);
    } else {
      start(origin, target, body, arrival);
    }
  }

  // --- life and death ----------------------------------------------------------------------------

  private void start(RawGreenlet origin, RawGreenlet target, RawBody body, Seat.Arrival first) {
    watchOwner();
    if (!target.life().begin(this)) {
      throw new ClosedRawGreenletException(target); // by another thread, just now
    }
    started.add(target);
    running = target;
    try {
      target
          .seat()
          .start(
              target.name(),
              first,
              () -> run(target, body),
              () -> neverBegan(target, first.payload()));
    } catch (Throwable noThread) {
      running = origin;
      started.remove(target);
      target.seat().standUp();
      target.life().unbegin(body);
      throw noThread;
    }
  }

  private void run(RawGreenlet self, RawBody body) {
    CURRENT.set(self);
    try {
      die(self, self.life().callBody(body, () -> receive(self)));
    } finally {
      CURRENT.remove();
    }
  }

  /** Gives control to the parent, with the last word, for ever. */
  private void die(RawGreenlet self, Payload lastWord) {
    Payload payload = self.life().settle(lastWord);
    RawGreenlet heir = self.parent();
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
  private void neverBegan(RawGreenlet self, Payload first) {
    Payload payload =
        first instanceof Payload.Failure
            ? first.asLastWord()
            : new Payload.Value(
                new GreenletExit(
                    "Raw greenlet '%s' was killed at its start".formatted(self.name()), null));
    RawGreenlet heir = self.parent();
    while (heir != null && heir.life().phase() != RawLife.Phase.ACTIVE) {
      heir = heir.parent();
    }
    bury(self);
    hand(self, new Receiver(heir == null ? main : heir, null), payload);
  }

  private void bury(RawGreenlet dead) {
    dead.life().die();
    dead.seat().standUp();
    started.remove(dead);
  }

  /**
   * A kill or the end of a deadline has ended a greenlet's wait for control. It is thrown when
   * control comes, which it cannot await if control is with a greenlet that reports to it: so it is
   * thrown there too, and in each that gets control before.
   */
  void passOn(RawGreenlet waiting, Throwable exit) {
    // either we see the new holder here, or that one sees the signal that was left before
    RawGreenlet holder = running;
    if (holder.reportsTo(waiting)) {
      holder.seat().pass(exit);
    }
  }

  // --- closing -----------------------------------------------------------------------------------

  /**
   * Throws an exit into a suspended greenlet, which for the time being has the caller as parent.
   */
  void close(RawGreenlet self, RawGreenlet target) {
    target.life().beginClosing(self);
    try {
      depart(
          self,
          target,
          new Payload.Failure(
              new GreenletExit("Raw greenlet '%s' was closed".formatted(target.name()), null)),
          true);
      arrive(self);
    } finally {
      if (!target.life().endClosing()) {
        System.getLogger(RawTree.class.getPackageName())
            .log(System.Logger.Level.WARNING, "GreenletExit did not end {0}", target);
      }
    }
  }

  void closeLater(RawGreenlet target) {
    toClose.add(target);
  }

  /** Closes all suspended greenlets, youngest first, whatever happens. */
  void closeAll(RawGreenlet self) {
    Set<RawGreenlet> tried = new LinkedHashSet<>();
    tried.add(self);
    for (RawGreenlet next = untried(tried); next != null; next = untried(tried)) {
      try {
        close(self, next);
      } catch (Throwable failure) {
        RawLife.reportUncaught(failure);
      }
    }
  }

  private @Nullable RawGreenlet untried(Set<RawGreenlet> tried) {
    for (RawGreenlet candidate : started.reversed()) {
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
      OwnerWatch.whenEnded(owner, this::end);
    } else {
      Greenlets.atEnd(this::end); // the first to start another greenlet is the owner
    }
  }

  /** The owner has ended or is about to; the calling thread is it, or takes its seat. */
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
