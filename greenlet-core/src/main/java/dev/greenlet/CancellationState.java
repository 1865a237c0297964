package dev.greenlet;

import dev.greenlet.loop.SpinLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is thrown into one greenlet at its switch points: a kill, or the end of a deadline of its
 * own. Any thread puts it in. From then on it is thrown at every switch point, kills first, outer
 * deadlines before inner ones: a kill until the greenlet or its {@link CancelScope} ends, a
 * deadline until it is closed. The thread that makes something deliverable ends the wait that the
 * greenlet is in, unless it is claimed, and gets the {@link Hit}: it takes the waiter from its
 * queue and fires the blocking call that can be cut short, if the greenlet is in one.
 *
 * <p>Nothing is thrown, and nothing hit, below a class initialiser: its class would be unusable
 * from then on. The stack is looked at only when something is about to be thrown or hit.
 *
 * <p>What is put in, what is delivered, what is masked and which call is open changes under one
 * guard, and waits are ended under it. So a wait inside of a mask is never taken for what was
 * delivered. A queue has another guard, which is never held together with this one by the same
 * thread, but by the greenlet that enlists its own wait.
 */
final class CancellationState {
  private final SpinLock guard = new SpinLock();
  private final @Nullable Deadline inherited;
  private final Stack stack;

  // written under the guard, read by the greenlet itself without
  private volatile boolean something; // worth a look; set after what it announces
  private volatile @Nullable GreenletExit exit; // the first one, be it thrown or not
  private volatile @Nullable DeadlineExit passed; // of a greenlet that this one works for
  private volatile int arrivals; // of kills and ends of deadlines
  private volatile @Nullable Deadline innermost; // added to by the greenlet itself
  private @Nullable CancellableCall openCall; // the innermost that has an action
  private volatile @Nullable Waiter waiting; // the innermost; set by the greenlet itself
  private volatile int shields;
  private volatile int cleanUps; // set by the greenlet itself
  private volatile @Nullable InterruptEscalation escalation; // set by the greenlet itself

  private volatile @Nullable GreenletExit deliveredExit; // or told by an interrupt
  private @Nullable DeadlineExit deliveredPassed; // by the greenlet itself

  // of the greenlet itself
  private @Nullable GreenletExit thrownExit;
  private int arrivalsThrown; // how many there had been when an exit was last thrown
  private int parts;
  private boolean hadPart;

  CancellationState(@Nullable Deadline inherited, Stack stack) {
    this.inherited = inherited;
    this.stack = stack;
  }

  /** Where the greenlet is. */
  interface Stack {
    /** That of a greenlet that initialises no class. */
    Stack WITHOUT_INITIALISER =
        new Stack() {
          @Override
          public boolean initialises() {
            return false;
          }

          @Override
          public void lookAgainLater() {
            throw new AssertionError("there is no initialiser");
          }

          @Override
          public boolean isSeenToInitialise() {
            return false;
          }
        };

    /** Whether a class initialiser is on the stack. The greenlet itself. */
    boolean initialises();

    /** The same of a greenlet that waits. Any thread. */
    boolean isSeenToInitialise();

    /** Calls {@link CancellationState#hitAgain} before long. Any thread; never waits. */
    void lookAgainLater();
  }

  /**
   * What a signal has hit: it has ended the wait, and cuts the call short.
   *
   * @param innermost the innermost wait, which may be claimed or over, and then is left alone
   */
  record Hit(@Nullable CancellableCall call, @Nullable Waiter innermost) {
    private static final Hit NOTHING = new Hit(null, null);

    boolean isNothing() {
      return call == null && innermost == null;
    }

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
    Hit target;
    guard.lock();
    try {
      if (exit == null) { // else that one is decided
        exit = killing;
      }
      target = arrived();
    } finally {
      guard.unlock();
    }
    scheduleInterrupt();
    return hitFromOutside(target);
  }

  /** A deadline of the greenlet is over. Any thread. Returns what it has hit, to be carried out. */
  Hit expire(Deadline over) {
    Hit target;
    guard.lock();
    try {
      over.markExpired();
      target = arrived();
    } finally {
      guard.unlock();
    }
    scheduleInterrupt();
    return hitFromOutside(target);
  }

  /**
   * A deadline is over of a greenlet that this one works for. Any thread. Returns what it has hit,
   * to be carried out.
   */
  Hit pass(DeadlineExit exit) {
    Hit target;
    guard.lock();
    try {
      passed = exit;
      target = arrived();
    } finally {
      guard.unlock();
    }
    scheduleInterrupt();
    return hitFromOutside(target);
  }

  /** Returns where the greenlet is at the moment: what it does from now on, it does knowing. */
  private Hit arrived() {
    int before = arrivals;
    arrivals = before + 1;
    something = true;
    return isShielded() ? Hit.NOTHING : new Hit(openCall, waiting);
  }

  /** Hits what is not below a class initialiser. Without the guard, for the look takes its time. */
  private Hit hitFromOutside(Hit target) {
    if (target.isNothing()) {
      return Hit.NOTHING;
    }
    if (stack.isSeenToInitialise()) {
      stack.lookAgainLater(); // the call that surrounds the initialiser is to be cut after it
      return Hit.NOTHING;
    }
    return hit(target);
  }

  /**
   * Hits where the greenlet is now, with what has been put in before. Any thread. Returns what it
   * has hit, to be carried out.
   */
  Hit hitAgain() {
    Hit target;
    guard.lock();
    try {
      target = isShielded() || !isInEffect() ? Hit.NOTHING : new Hit(openCall, waiting);
    } finally {
      guard.unlock();
    }
    return hitFromOutside(target);
  }

  /** The same for the greenlet itself. */
  private Hit hitOwn() {
    return !something || stack.initialises() ? Hit.NOTHING : hit(new Hit(openCall, waiting));
  }

  private Hit hit(Hit target) {
    guard.lock();
    try {
      if (isShielded() || !isInEffect()) {
        return Hit.NOTHING;
      }
      if (cleanUps == 0) { // looked at after the wait
        for (Waiter each = target.innermost(); each != null; each = each.outer()) {
          cancel(each);
        }
      }
      CancellableCall open = target.call();
      boolean taken = open != null && open == openCall && open.take();
      return new Hit(taken ? open : null, target.innermost());
    } finally {
      guard.unlock();
    }
  }

  private void cancel(Waiter waiter) {
    if (arrivals != arrivalsThrown || !waiter.isPastThrown()) {
      waiter.cancel();
    }
  }

  /**
   * From now on what becomes deliverable ends the wait; what is so already has ended it. The
   * greenlet itself, before the waiter is published.
   */
  void enlist(Waiter waiter) {
    waiter.insideOf(waiting);
    waiting = waiter;
    // looked at last: else the thread that puts it in has seen the waiter
    if (isDeliverable() && !stack.initialises()) {
      cancel(waiter);
    }
  }

  /** The wait is over. The greenlet itself. */
  void delist(Waiter waiter) {
    if (waiting == waiter) {
      waiting = waiter.outer();
    }
  }

  /** Throws what is in effect, unless it is masked. The greenlet itself, at a switch point. */
  void deliver() {
    if (something && cleanUps == 0) {
      look();
    }
  }

  /**
   * Throws what is in effect, also while something is being cleaned up: in place of a failure of
   * that. The greenlet itself.
   */
  void deliverInsteadOfFailure() {
    if (something) {
      look();
    }
  }

  private void look() {
    if (isShielded() || stack.initialises()) {
      return;
    }
    GreenletExit killing;
    DeadlineExit outer = null;
    Deadline over = null;
    InterruptEscalation interrupted;
    guard.lock();
    try {
      interrupted = takeSent();
      killing = exit;
      if (killing == null) {
        outer = openPassed();
        passed = null; // thrown once, as each exit of the raw layer
        over = outer == null ? nextOver() : null;
        if (over != null) {
          over.markDelivered();
        }
        something = outer != null || over != null;
      }
      arrivalsThrown = arrivals;
    } finally {
      guard.unlock();
    }
    takeOff(interrupted);
    if (killing != null) {
      deliveredExit = killing;
      throw ofThrow(killing);
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

  /**
   * The kill itself at first, then another one: an exit must not come to be suppressed in itself.
   */
  private GreenletExit ofThrow(GreenletExit killing) {
    boolean again = thrownExit == killing;
    thrownExit = killing;
    return again
        ? new GreenletExit(String.valueOf(killing.getMessage()), killing.getCause())
        : killing;
  }

  /** Whether {@link #deliver} may have something to throw. The greenlet itself. */
  boolean mayThrow() {
    return something;
  }

  /** Whether {@link #deliver} would throw what it has thrown before. The greenlet itself. */
  boolean throwsAgain() {
    if (!isDeliverable()) {
      return false;
    }
    GreenletExit killing = exit;
    if (killing != null) {
      return killing == thrownExit;
    }
    Deadline over = openPassed() == null ? nextOver() : null;
    return over != null && over.isThrown();
  }

  /** Whether {@link #deliver} would throw. The greenlet itself, or under the guard. */
  boolean isDeliverable() {
    return !isMasked() && isInEffect();
  }

  private boolean isInEffect() {
    return something && (exit != null || openPassed() != null || nextOver() != null);
  }

  private boolean isMasked() {
    return shields > 0 || cleanUps > 0;
  }

  /**
   * Whether a kill is in effect or a deadline open, and not masked, so that a wait may come to an
   * end. Any thread.
   */
  boolean mayEndWait() {
    return (something || innermost != null) && !isMasked();
  }

  /** Whether nothing is to be thrown into the greenlet. The greenlet itself. */
  boolean isShielded() {
    return shields > 0;
  }

  /** The outermost one that is over, be it thrown or not. */
  private @Nullable Deadline nextOver() {
    Deadline next = null;
    for (Deadline each = innermost; each != null; each = each.outer()) {
      if (each.isExpired()) {
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
    GreenletExit killing = exit;
    boolean unwinding =
        deliveredExit != null
            || (killing != null && killing == thrownExit)
            || (ofAnother != null && ofAnother.isOpen());
    for (Deadline each = innermost; each != null && !unwinding; each = each.outer()) {
      unwinding = each.isDelivered();
    }
    return unwinding;
  }

  /** The kill that was delivered, or told by an interrupt. The greenlet itself. */
  @Nullable GreenletExit deliveredExit() {
    return deliveredExit;
  }

  // --- parts of a life that are killed on their own: the greenlet itself ------------------------

  /** What was in effect when a part began, and is again when it has ended. */
  record Part(
      @Nullable GreenletExit exit,
      @Nullable GreenletExit deliveredExit,
      @Nullable Deadline innermost) {}

  /**
   * Begins a part. What came after the end of the part before is forgotten, unless it is to be
   * kept. A part inside of another one is ended by what ends that one.
   */
  Part beginPart(boolean keepsKills) {
    boolean forgets = parts == 0 && hadPart && !keepsKills;
    parts++;
    hadPart = true;
    guard.lock();
    try {
      if (forgets) {
        forgetKill(null);
      }
      Part before = new Part(exit, deliveredExit, innermost);
      deliveredExit = null;
      return before;
    } finally {
      guard.unlock();
    }
  }

  /**
   * Ends a part, with its kills, unless those are to be kept, and the deadlines that it left open.
   */
  void endPart(Part before, boolean keepsKills) {
    parts--;
    closeDeadlinesInside(before.innermost);
    guard.lock();
    try {
      if (!keepsKills) {
        forgetKill(before.exit);
      }
      GreenletExit left = exit;
      deliveredExit = left != null && left == deliveredExit ? left : before.deliveredExit;
    } finally {
      guard.unlock();
    }
  }

  private void forgetKill(@Nullable GreenletExit outer) {
    exit = outer;
    something = outer != null || passed != null || nextOver() != null;
  }

  private void closeDeadlinesInside(@Nullable Deadline outer) {
    if (outer != null && outer.isClosed()) {
      return; // out of order, so that what is inside is not known
    }
    for (Deadline open = innermost; open != null && open != outer; open = innermost) {
      forget(open);
      open.release();
    }
  }

  /** Forgets everything: the greenlet has ended. */
  void end() {
    guard.lock();
    try {
      shields = 1;
      openCall = null;
      waiting = null;
      escalation = null;
    } finally {
      guard.unlock();
    }
    for (Deadline open = innermost; open != null; ) {
      Deadline next = open.outer();
      open.release();
      open = next;
    }
    innermost = null;
  }

  // --- calls that can be cut short, and masking: the greenlet itself ----------------------------

  /** The innermost call that can be cut short. */
  @Nullable CancellableCall openCall() {
    return openCall;
  }

  /** From now on the call can be taken, and none outside of it; by what is pending at once. */
  void open(CancellableCall call) {
    openCall(call);
    hitOwn().carryOut();
  }

  private void openCall(@Nullable CancellableCall call) {
    guard.lock();
    openCall = call;
    guard.unlock();
  }

  /** What was thrown has hit what there was then; what is left of it unwinds. */
  private void hitUnlessThrown() {
    if (arrivals != arrivalsThrown) {
      hitOwn().carryOut();
    }
  }

  /** From now on the call cannot be taken, but the one outside of it can again. */
  void close(CancellableCall call) {
    openCall(call.outer());
    hitUnlessThrown();
    call.awaitOver();
  }

  /**
   * From now on nothing is thrown and no wait is ended, but calls that are opened from now on are
   * cut short.
   */
  void beginCleanUp() {
    int outer = cleanUps;
    cleanUps = outer + 1;
  }

  void endCleanUp() {
    int open = cleanUps;
    cleanUps = open - 1;
    hitUnlessThrown();
  }

  /** Whether something is being cleaned up. The greenlet itself. */
  boolean isCleaningUp() {
    return cleanUps > 0;
  }

  /** Masks everything. Waits until no call is being cut short any more. */
  void shield() {
    guard.lock();
    int outer = shields;
    shields = outer + 1;
    InterruptEscalation interrupted = takeSent();
    guard.unlock();
    takeOff(interrupted);
    CancellableCall call = openCall;
    if (call != null) {
      call.awaitOver();
    }
  }

  void unshield() {
    guard.lock();
    int open = shields;
    shields = open - 1;
    guard.unlock();
    hitUnlessThrown();
  }

  // --- interrupts -------------------------------------------------------------------------------

  /** How long an exit may be pending, or {@code null} for ever. The greenlet itself, or a child. */
  @Nullable InterruptEscalation escalation() {
    return escalation;
  }

  /** From now on that is how long. Nothing of what was before is left. The greenlet itself. */
  void escalation(@Nullable InterruptEscalation other) {
    guard.lock();
    InterruptEscalation interrupted = takeSent();
    escalation = other;
    guard.unlock();
    takeOff(interrupted);
    if (something) {
      scheduleInterrupt();
    }
  }

  /** Something is pending. Any thread; never waits. */
  private void scheduleInterrupt() {
    InterruptEscalation present = escalation;
    if (present != null && begin(present)) {
      present.scheduleLook();
    }
  }

  private boolean begin(InterruptEscalation present) {
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
  InterruptEscalation.Verdict claimInterrupt(
      InterruptEscalation asking, BooleanSupplier waitsUndescribed) {
    guard.lock();
    try {
      if (asking != escalation || !isInEffect()) {
        asking.nothingPending();
        return InterruptEscalation.Verdict.NOTHING_PENDING;
      }
      if (shields > 0 || !waitsUndescribed.getAsBoolean()) {
        return InterruptEscalation.Verdict.LATER;
      }
      tell();
      asking.claim();
      return InterruptEscalation.Verdict.NOW;
    } finally {
      guard.unlock();
    }
  }

  private void tell() {
    Deadline over = nextOver();
    if (exit != null) {
      deliveredExit = exit;
    } else if (over != null) {
      over.markInterrupted();
    }
  }

  /** The greenlet has said what the blocking call is for that it is about to make. */
  void enterCall() {
    if (escalation != null) {
      guard.lock();
      InterruptEscalation interrupted = takeSent();
      guard.unlock();
      takeOff(interrupted);
    }
  }

  private @Nullable InterruptEscalation takeSent() {
    InterruptEscalation present = escalation;
    return present != null && present.takeSent() ? present : null;
  }

  private static void takeOff(@Nullable InterruptEscalation interrupted) {
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
      something = exit != null || passed != null || nextOver() != null;
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
