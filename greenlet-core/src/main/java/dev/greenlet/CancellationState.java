package dev.greenlet;

import dev.greenlet.loop.SpinLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The kills and expired deadlines of one greenlet, which are thrown at its switch points. Any
 * thread adds them. From then on they are thrown at every switch point, kills first, outer
 * deadlines before inner ones: a kill until the greenlet or its {@link CancelScope} ends, a
 * deadline until it is closed. The thread that makes one deliverable ends the present wait of the
 * greenlet, unless the wait is claimed, and receives the {@link Hit}: it removes the waiter from
 * its queue and fires the blocking call that can be cancelled, if the greenlet is in one.
 *
 * <p>Below a class initialiser nothing is thrown, and no wait is ended: its class would be unusable
 * from then on. The stack is examined only before something is thrown or a wait is ended.
 *
 * <p>One guard protects what was added, what was delivered, what is masked and which call is open,
 * and waits are ended under it. So what was delivered never ends a wait inside of a mask. A queue
 * has a guard of its own. No thread holds both guards together, except the greenlet that enlists
 * its own wait.
 */
final class CancellationState {
  private final SpinLock guard = new SpinLock();
  private final @Nullable Deadline inherited;
  private final Stack stack;

  // written under the guard, read by the greenlet itself without
  private volatile boolean pending; // whether to check what follows; set after it
  private volatile @Nullable GreenletExit exit; // the first one, whether or not it was thrown
  private volatile @Nullable DeadlineExit passed; // of a greenlet for which this one works
  private volatile int arrivals; // number of kills and expired deadlines
  private volatile @Nullable Deadline innermost; // added to by the greenlet itself
  private @Nullable CancellableCall openCall; // the innermost that has an action
  private volatile @Nullable Waiter waiting; // the innermost; set by the greenlet itself
  private volatile int shields;
  private volatile int cleanUps; // set by the greenlet itself
  private volatile @Nullable InterruptEscalation escalation; // set by the greenlet itself

  private volatile @Nullable GreenletExit deliveredExit; // by an exit or an interrupt
  private @Nullable DeadlineExit deliveredPassed; // by the greenlet itself

  // confined to the greenlet itself
  private @Nullable GreenletExit thrownExit;
  private int arrivalsThrown; // the number of arrivals when an exit was last thrown
  private int parts;
  private boolean hadPart;

  CancellationState(@Nullable Deadline inherited, Stack stack) {
    this.inherited = inherited;
    this.stack = stack;
  }

  /** The stack of the greenlet, as far as class initialisers are concerned. */
  interface Stack {
    /** The stack of a greenlet that never initialises a class. */
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

    /** Returns whether a class initialiser is on the stack. Called by the greenlet itself. */
    boolean initialises();

    /** Returns whether a class initialiser is on the stack of the waiting greenlet. Any thread. */
    boolean isSeenToInitialise();

    /**
     * Schedules a call of {@link CancellationState#hitAgain}, within milliseconds. Any thread;
     * never waits.
     */
    void lookAgainLater();
  }

  /**
   * The targets of a kill or an expired deadline: the wait that it has ended, and the call that it
   * cancels.
   *
   * @param call the call to be fired, or {@code null}
   * @param innermost the innermost wait; one that is claimed or over is left unchanged
   */
  record Hit(@Nullable CancellableCall call, @Nullable Waiter innermost) {
    private static final Hit NOTHING = new Hit(null, null);

    boolean isNothing() {
      return call == null && innermost == null;
    }

    /**
     * Removes the waiters from their queues, and fires the call. Called without the guard; never
     * waits.
     */
    void carryOut() {
      for (Waiter each = innermost; each != null; each = each.outer()) {
        each.takeOutIfCancelled();
      }
      if (call != null) {
        call.fire();
      }
    }
  }

  /** Adds a kill. Any thread. Returns what it has hit, to be carried out by the caller. */
  Hit kill(GreenletExit killing) {
    Hit target;
    guard.lock();
    try {
      if (exit == null) { // otherwise the first kill remains
        exit = killing;
      }
      target = arrived();
    } finally {
      guard.unlock();
    }
    scheduleInterrupt();
    return hitFromOutside(target);
  }

  /**
   * Marks a deadline of the greenlet as expired. Any thread. Returns what it has hit, to be carried
   * out by the caller.
   */
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
   * Adds the exit of a deadline of another greenlet, for which this one works. Any thread. Returns
   * what it has hit, to be carried out by the caller.
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

  /**
   * Records an arrival, and returns the present wait and call of the greenlet. Those that it begins
   * later check for arrivals themselves. Called under the guard.
   */
  private Hit arrived() {
    int before = arrivals;
    arrivals = before + 1;
    pending = true;
    return isShielded() ? Hit.NOTHING : new Hit(openCall, waiting);
  }

  /**
   * Hits the targets, unless the greenlet is below a class initialiser. Called without the guard,
   * because the examination of the stack takes time.
   */
  private Hit hitFromOutside(Hit target) {
    if (target.isNothing()) {
      return Hit.NOTHING;
    }
    if (stack.isSeenToInitialise()) {
      stack.lookAgainLater(); // the call around the initialiser is cancelled after it
      return Hit.NOTHING;
    }
    return hit(target);
  }

  /**
   * Hits the present wait and call of the greenlet with what was added before. Any thread. Returns
   * what it has hit, to be carried out by the caller.
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

  /** Hits as {@link #hitAgain} does. Called by the greenlet itself. */
  private Hit hitOwn() {
    return !pending || stack.initialises() ? Hit.NOTHING : hit(new Hit(openCall, waiting));
  }

  private Hit hit(Hit target) {
    guard.lock();
    try {
      if (isShielded() || !isInEffect()) {
        return Hit.NOTHING;
      }
      if (cleanUps == 0) { // during a cleanup it is delivered after the wait
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
   * Registers a wait: what becomes deliverable from now on ends it, and what is deliverable already
   * has ended it on return. Called by the greenlet itself, before the waiter is published.
   */
  void enlist(Waiter waiter) {
    waiter.insideOf(waiting);
    waiting = waiter;
    // checked last: a thread that adds something after this has seen the waiter
    if (isDeliverable() && !stack.initialises()) {
      cancel(waiter);
    }
  }

  /** Removes a wait that is over. Called by the greenlet itself. */
  void delist(Waiter waiter) {
    if (waiting == waiter) {
      waiting = waiter.outer();
    }
  }

  /**
   * Throws what is in effect, unless it is masked. Called by the greenlet itself, at a switch
   * point.
   */
  void deliver() {
    if (pending && cleanUps == 0) {
      throwPending();
    }
  }

  /**
   * Throws what is in effect, also during a cleanup: in place of a failure of the cleanup. Called
   * by the greenlet itself.
   */
  void deliverInsteadOfFailure() {
    if (pending) {
      throwPending();
    }
  }

  private void throwPending() {
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
        passed = null; // thrown once, as every exit of the raw layer
        over = outer == null ? nextExpired() : null;
        if (over != null) {
          over.markDelivered();
        }
        pending = outer != null || over != null;
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

  /** Returns the exit that was passed by another greenlet, unless its section has ended. */
  private @Nullable DeadlineExit openPassed() {
    DeadlineExit present = passed;
    return present != null && present.isOpen() ? present : null;
  }

  /**
   * Returns the exit to throw for a kill: the kill itself the first time, and a new one after that,
   * because an exit must not come to be suppressed in itself.
   */
  private GreenletExit ofThrow(GreenletExit killing) {
    boolean again = thrownExit == killing;
    thrownExit = killing;
    return again
        ? new GreenletExit(String.valueOf(killing.getMessage()), killing.getCause())
        : killing;
  }

  /**
   * Returns whether {@link #deliver} may have something to throw. Called by the greenlet itself.
   */
  boolean mayThrow() {
    return pending;
  }

  /**
   * Returns whether {@link #deliver} would throw what it has thrown before. Called by the greenlet
   * itself.
   */
  boolean throwsAgain() {
    if (!isDeliverable()) {
      return false;
    }
    GreenletExit killing = exit;
    if (killing != null) {
      return killing == thrownExit;
    }
    Deadline over = openPassed() == null ? nextExpired() : null;
    return over != null && over.isThrown();
  }

  /**
   * Returns whether {@link #deliver} would throw. Called by the greenlet itself, or under the
   * guard.
   */
  boolean isDeliverable() {
    return !isMasked() && isInEffect();
  }

  private boolean isInEffect() {
    return pending && (exit != null || openPassed() != null || nextExpired() != null);
  }

  private boolean isMasked() {
    return shields > 0 || cleanUps > 0;
  }

  /**
   * Returns whether a kill is in effect or a deadline is open, and not masked, so that a wait may
   * end. Any thread.
   */
  boolean mayEndWait() {
    return (pending || innermost != null) && !isMasked();
  }

  /** Returns whether nothing is to be thrown into the greenlet. Called by the greenlet itself. */
  boolean isShielded() {
    return shields > 0;
  }

  /** Returns the outermost deadline that has expired, whether or not it was thrown. */
  private @Nullable Deadline nextExpired() {
    Deadline next = null;
    for (Deadline each = innermost; each != null; each = each.outer()) {
      if (each.isExpired()) {
        next = each;
      }
    }
    return next;
  }

  /**
   * Returns whether a kill, or a deadline that is still open, was delivered; {@code false} while
   * everything is masked. Called by the greenlet itself.
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

  /**
   * Returns the kill that was delivered, by an exit or an interrupt. Called by the greenlet itself.
   */
  @Nullable GreenletExit deliveredExit() {
    return deliveredExit;
  }

  // --- scopes that are killed separately: called by the greenlet itself -------------------------

  /** The state in effect when a scope began, which is restored when it has ended. */
  record Part(
      @Nullable GreenletExit exit,
      @Nullable GreenletExit deliveredExit,
      @Nullable Deadline innermost) {}

  /**
   * Begins a scope. Kills that have arrived since the end of the previous scope are discarded,
   * unless they are to be kept. A scope inside of another one is ended by what ends the outer one.
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
   * Ends a scope and discards its kills, unless they are to be kept, and the deadlines that it left
   * open.
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
    pending = outer != null || passed != null || nextExpired() != null;
  }

  private void closeDeadlinesInside(@Nullable Deadline outer) {
    if (outer != null && outer.isClosed()) {
      return; // closed out of order: the inner deadlines are not known
    }
    for (Deadline open = innermost; open != null && open != outer; open = innermost) {
      forget(open);
      open.release();
    }
  }

  /** Discards everything: the greenlet has ended. */
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

  // --- calls that can be cancelled, and masking: called by the greenlet itself ------------------

  /** Returns the innermost call that can be cancelled. */
  @Nullable CancellableCall openCall() {
    return openCall;
  }

  /**
   * Opens a call: from now on it can be taken, and no call outside of it can. A pending kill or
   * deadline takes it at once.
   */
  void open(CancellableCall call) {
    openCall(call);
    hitOwn().carryOut();
  }

  private void openCall(@Nullable CancellableCall call) {
    guard.lock();
    openCall = call;
    guard.unlock();
  }

  /**
   * Hits the present wait and call, unless everything that has arrived was thrown: that has hit
   * what was there then, and the rest unwinds.
   */
  private void hitUnlessThrown() {
    if (arrivals != arrivalsThrown) {
      hitOwn().carryOut();
    }
  }

  /** Closes a call: from now on it cannot be taken, but the call outside of it can again. */
  void close(CancellableCall call) {
    openCall(call.outer());
    hitUnlessThrown();
    call.awaitOver();
  }

  /**
   * Begins a cleanup: nothing is thrown and no wait is ended, but calls that are opened from now on
   * can be cancelled.
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

  /** Returns whether a cleanup is in progress. Called by the greenlet itself. */
  boolean isCleaningUp() {
    return cleanUps > 0;
  }

  /** Masks everything. Waits until no cancellation of a call is in progress. */
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

  /**
   * Returns the time for which an exit may be pending, or {@code null} for an unlimited time.
   * Called by the greenlet itself, or when it spawns a child.
   */
  @Nullable InterruptEscalation escalation() {
    return escalation;
  }

  /**
   * Replaces the time for which an exit may be pending, and clears an interrupt that was sent by
   * the previous escalation. Called by the greenlet itself.
   */
  void escalation(@Nullable InterruptEscalation other) {
    guard.lock();
    InterruptEscalation interrupted = takeSent();
    escalation = other;
    guard.unlock();
    takeOff(interrupted);
    if (pending) {
      scheduleInterrupt();
    }
  }

  /** Schedules a check for an interrupt, since something is pending. Any thread; never waits. */
  private void scheduleInterrupt() {
    InterruptEscalation present = escalation;
    if (present != null && begin(present)) {
      present.scheduleCheck();
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
   * Decides whether to interrupt the greenlet now, which counts as the delivery. It must be in an
   * undescribed wait, which is checked under the guard: a greenlet that describes its wait clears
   * what was sent before, under the same guard.
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
      markDelivered();
      asking.claim();
      return InterruptEscalation.Verdict.NOW;
    } finally {
      guard.unlock();
    }
  }

  private void markDelivered() {
    Deadline over = nextExpired();
    if (exit != null) {
      deliveredExit = exit;
    } else if (over != null) {
      over.markInterrupted();
    }
  }

  /**
   * Clears an interrupt that was sent before, since the greenlet is about to make a described
   * blocking call. Called by the greenlet itself.
   */
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

  /** Returns the innermost deadline of the greenlet itself, without inherited ones. */
  @Nullable Deadline innermost() {
    return innermost;
  }

  void innermost(@Nullable Deadline deadline) {
    innermost = deadline;
  }

  /** Removes a deadline, which ends nothing from now on. Called by the greenlet itself. */
  void forget(Deadline closed) {
    guard.lock();
    try {
      closed.unlink(this);
      pending = exit != null || passed != null || nextExpired() != null;
    } finally {
      guard.unlock();
    }
  }

  /** Returns the deadline that expires first, including that of the spawner. Any thread. */
  @Nullable Deadline earliest() {
    Deadline own = innermost;
    return own == null ? inherited : own.earliest();
  }
}
