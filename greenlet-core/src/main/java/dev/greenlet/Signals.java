package dev.greenlet;

import dev.greenlet.spin.SpinGuard;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to be thrown into one greenlet at its next switch point: a kill, or the end of a deadline
 * of its own. Any thread puts it in; only the greenlet takes it out, each once, kills first, outer
 * deadlines before inner ones. The thread that makes something deliverable ends the wait that the
 * greenlet is in, unless it is claimed, and gets the {@link Hit}: it takes the waiter from its
 * queue and fires the blocking call that can be cut short, if the greenlet is in one.
 *
 * <p>What is put in, what is delivered, what is masked and which call is open changes under one
 * guard, and waits are ended under it. So a call that is opened after a delivery, or a wait inside
 * of a mask, is never taken for what was delivered. A queue has another guard, which is never held
 * together with this one by the same thread, but by the greenlet that enlists its own wait.
 */
final class Signals {
  private final SpinGuard guard = new SpinGuard();
  private final @Nullable Deadline inherited;

  // written under the guard, read by the greenlet itself without
  private volatile boolean something; // worth a look; set after what it announces
  private volatile @Nullable GreenletExit exit;
  private volatile @Nullable DeadlineExit passed; // of a greenlet that this one works for
  private volatile @Nullable Deadline innermost; // added to by the greenlet itself
  private @Nullable OpenCall openCall; // the innermost that has an action
  private volatile @Nullable Waiter waiting; // the innermost; set by the greenlet itself
  private int shields;
  private volatile @Nullable Impatience impatience; // set by the greenlet itself

  private volatile @Nullable GreenletExit deliveredExit; // or told by an interrupt
  private @Nullable DeadlineExit deliveredPassed; // by the greenlet itself

  Signals(@Nullable Deadline inherited) {
    this.inherited = inherited;
  }

  /**
   * What a signal has hit: it has ended the wait, and cuts the call short.
   *
   * @param innermost the innermost wait, which may be claimed or over, and then is left alone
   */
  record Hit(@Nullable OpenCall call, @Nullable Waiter innermost) {
    private static final Hit NOTHING = new Hit(null, null);

    /** Takes the waiters from their queues, and fires the call. Without the guard; never waits. */
    void carryOut() {
      for (Waiter each = innermost; each != null; each = each.outer()) {
        each.takeOutIfCancelled();
      }
      if (call != null) {
        call.fire();
      }
    }
  }

  /** Puts a kill in. Any thread. Returns what it has hit, to be carried out. */
  Hit kill(GreenletExit killing) {
    Hit hit;
    guard.lock();
    try {
      exit = killing;
      something = true;
      hit = hitIfDeliverable();
    } finally {
      guard.unlock();
    }
    becomeImpatient();
    return hit;
  }

  /** A deadline of the greenlet is over. Any thread. Returns what it has hit, to be carried out. */
  Hit expire(Deadline over) {
    Hit hit;
    guard.lock();
    try {
      over.markExpired();
      something = true;
      hit = hitIfDeliverable();
    } finally {
      guard.unlock();
    }
    becomeImpatient();
    return hit;
  }

  /**
   * A deadline is over of a greenlet that this one works for. Any thread. Returns what it has hit,
   * to be carried out.
   */
  Hit pass(DeadlineExit exit) {
    Hit hit;
    guard.lock();
    try {
      passed = exit;
      something = true;
      hit = hitIfDeliverable();
    } finally {
      guard.unlock();
    }
    becomeImpatient();
    return hit;
  }

  private Hit hitIfDeliverable() {
    if (!isDeliverable()) {
      return Hit.NOTHING;
    }
    Waiter innermostWait = waiting;
    for (Waiter each = innermostWait; each != null; each = each.outer()) {
      each.cancel();
    }
    OpenCall open = openCall;
    return new Hit(open != null && open.take() ? open : null, innermostWait);
  }

  /**
   * From now on what becomes deliverable ends the wait; what is so already has ended it. The
   * greenlet itself, before the waiter is published.
   */
  void enlist(Waiter waiter) {
    waiter.insideOf(waiting);
    waiting = waiter;
    if (isDeliverable()) { // looked at last: else the thread that puts it in has seen the waiter
      waiter.cancel();
    }
  }

  /** The wait is over. The greenlet itself. */
  void delist(Waiter waiter) {
    if (waiting == waiter) {
      waiting = waiter.outer();
    }
  }

  /** Delivers what is there, unless it is masked. The greenlet itself, at a switch point. */
  void deliver() {
    if (something) {
      look();
    }
  }

  private void look() {
    GreenletExit killing;
    DeadlineExit outer = null;
    Deadline over = null;
    Impatience interrupted;
    guard.lock();
    try {
      if (shields > 0) {
        return;
      }
      interrupted = takeSent();
      killing = exit;
      exit = null;
      if (killing == null) {
        outer = openPassed();
        passed = null;
        over = outer == null ? nextOver() : null;
        if (over != null) {
          over.markDelivered();
        }
        something = outer != null || over != null; // then others may be there
      }
    } finally {
      guard.unlock();
    }
    takeOff(interrupted);
    if (killing != null) {
      deliveredExit = killing;
      throw killing;
    }
    if (outer != null) {
      deliveredPassed = outer;
      throw outer;
    }
    if (over != null) {
      throw new DeadlineExit(over);
    }
  }

  /** The exit of another's section, unless that has ended. */
  private @Nullable DeadlineExit openPassed() {
    DeadlineExit present = passed;
    return present != null && present.isOpen() ? present : null;
  }

  private boolean isPending() {
    return exit != null || openPassed() != null || nextOver() != null;
  }

  /** Whether {@link #deliver} would throw. The greenlet itself, or under the guard. */
  boolean isDeliverable() {
    return something && shields == 0 && isPending();
  }

  /**
   * Whether a kill is pending or a deadline open, so that a wait may come to an end. Any thread.
   */
  boolean mayEndWait() {
    return something || innermost != null;
  }

  /** Whether nothing is to be thrown into the greenlet. The greenlet itself. */
  boolean isShielded() {
    return shields > 0;
  }

  /** The outermost one that is over, but none inside of one that was delivered: that unwinds. */
  private @Nullable Deadline nextOver() {
    Deadline next = null;
    for (Deadline each = innermost; each != null; each = each.outer()) {
      if (each.isThrown()) {
        next = null;
      } else if (each.isExpired()) {
        next = each;
      }
    }
    return next;
  }

  /**
   * Whether a kill was delivered, or a deadline that is still open; not while all is masked. The
   * greenlet itself.
   */
  boolean isUnwinding() {
    if (shields > 0) {
      return false;
    }
    DeadlineExit ofAnother = deliveredPassed;
    boolean unwinding = deliveredExit != null || ofAnother != null && ofAnother.isOpen();
    for (Deadline each = innermost; each != null && !unwinding; each = each.outer()) {
      unwinding = each.isDelivered();
    }
    return unwinding;
  }

  /** The kill that was delivered, or told by an interrupt. The greenlet itself. */
  @Nullable GreenletExit deliveredExit() {
    return deliveredExit;
  }

  /** Says which kill counts as delivered. Returns which one did. The greenlet itself. */
  @Nullable GreenletExit replaceDelivered(@Nullable GreenletExit other) {
    GreenletExit replaced = deliveredExit;
    deliveredExit = other;
    return replaced;
  }

  /** Forgets a kill that was not delivered. The greenlet itself. */
  void forgetKill() {
    guard.lock();
    exit = null;
    guard.unlock();
  }

  /** Forgets everything: the greenlet has ended. */
  void end() {
    guard.lock();
    try {
      shields = 1;
      openCall = null;
      waiting = null;
      impatience = null;
    } finally {
      guard.unlock();
    }
    for (Deadline open = innermost; open != null; ) {
      Deadline next = open.outer();
      open.letGo();
      open = next;
    }
    innermost = null;
  }

  // --- calls that can be cut short, and masking: the greenlet itself ----------------------------

  /** The innermost call that can be cut short. */
  @Nullable OpenCall openCall() {
    return openCall;
  }

  /** From now on the call can be taken, and none outside of it; by what is pending at once. */
  void open(OpenCall call) {
    opened(call).carryOut();
  }

  private Hit opened(OpenCall call) {
    guard.lock();
    try {
      openCall = call;
      return hitIfDeliverable();
    } finally {
      guard.unlock();
    }
  }

  /** From now on the call cannot be taken, but the one outside of it can again. */
  void close(OpenCall call) {
    OpenCall outer = call.outer();
    if (outer == null) {
      forgetCalls();
    } else {
      open(outer);
    }
    call.awaitOver();
  }

  private void forgetCalls() {
    guard.lock();
    openCall = null;
    guard.unlock();
  }

  /** Masks everything. Waits until no call is being cut short any more. */
  void shield() {
    guard.lock();
    shields++;
    Impatience interrupted = takeSent();
    guard.unlock();
    takeOff(interrupted);
    OpenCall call = openCall;
    if (call != null) {
      call.awaitOver();
    }
  }

  void unshield() {
    unmask().carryOut();
  }

  private Hit unmask() {
    guard.lock();
    try {
      shields--;
      return hitIfDeliverable();
    } finally {
      guard.unlock();
    }
  }

  // --- interrupts -------------------------------------------------------------------------------

  /** How long an exit may be pending, or {@code null} for ever. The greenlet itself, or a child. */
  @Nullable Impatience impatience() {
    return impatience;
  }

  /** From now on that is how long. Nothing of what was before is left. The greenlet itself. */
  void impatience(@Nullable Impatience other) {
    guard.lock();
    Impatience interrupted = takeSent();
    impatience = other;
    guard.unlock();
    takeOff(interrupted);
    if (something) {
      becomeImpatient();
    }
  }

  /** Something is pending. Any thread; never waits. */
  private void becomeImpatient() {
    Impatience present = impatience;
    if (present != null && begin(present)) {
      present.scheduleLook();
    }
  }

  private boolean begin(Impatience present) {
    guard.lock();
    try {
      return present.begin();
    } finally {
      guard.unlock();
    }
  }

  /**
   * Whether the greenlet is to be interrupted now, which is as good as having told it why. It must
   * wait for what nobody described, as is asked under the guard: who describes its wait takes off
   * what was sent before.
   */
  Impatience.Verdict claimInterrupt(Impatience asking, BooleanSupplier waitsUndescribed) {
    guard.lock();
    try {
      if (asking != impatience || !isPending()) {
        asking.nothingPending();
        return Impatience.Verdict.NOTHING_PENDING;
      }
      if (shields > 0 || !waitsUndescribed.getAsBoolean()) {
        return Impatience.Verdict.LATER;
      }
      tell();
      asking.claim();
      return Impatience.Verdict.NOW;
    } finally {
      guard.unlock();
    }
  }

  private void tell() {
    Deadline over = nextOver();
    if (exit != null) {
      deliveredExit = exit;
    } else if (over != null) {
      over.markTold();
    }
  }

  /** The greenlet has said what the blocking call is for that it is about to make. */
  void enterCall() {
    if (impatience != null) {
      guard.lock();
      Impatience interrupted = takeSent();
      guard.unlock();
      takeOff(interrupted);
    }
  }

  private @Nullable Impatience takeSent() {
    Impatience present = impatience;
    return present != null && present.takeSent() ? present : null;
  }

  private static void takeOff(@Nullable Impatience interrupted) {
    if (interrupted != null) {
      interrupted.takeOff();
    }
  }

  // --- deadlines --------------------------------------------------------------------------------

  /** The innermost deadline of the greenlet's own. */
  @Nullable Deadline innermost() {
    return innermost;
  }

  void innermost(@Nullable Deadline deadline) {
    innermost = deadline;
  }

  /** From now on the deadline ends nothing. The greenlet itself. */
  void forget(Deadline closed) {
    guard.lock();
    try {
      closed.unlink(this);
    } finally {
      guard.unlock();
    }
  }

  /** The deadline in effect that comes first, the spawner's included. Any thread. */
  @Nullable Deadline earliest() {
    Deadline own = innermost;
    return own == null ? inherited : own.earliest();
  }
}
