package dev.greenlet.sync;

import dev.greenlet.Awaitable;
import dev.greenlet.Party;
import dev.greenlet.WaitReason;
import dev.greenlet.spin.SpinGuard;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * A condition of a {@link GreenletLock}. A signal claims its waiter and moves it to the lock's
 * line, so that it wakes once, with the lock in hand; whoever leaves before that comes back into
 * the lock uninterruptibly, and the signal goes to another.
 */
final class LockCondition implements Condition, Awaitable {
  private static final String KIND = "condition";

  private final GreenletLock lock;
  private final SpinGuard guard;
  private final WaitReason reason;
  private final WaitLine<Integer> waiting;

  LockCondition(GreenletLock lock, SpinGuard guard, String name) {
    this.lock = lock;
    this.guard = guard;
    this.reason = new WaitReason(KIND, name);
    this.waiting = new WaitLine<>(guard, reason);
  }

  @Override
  public void await() throws InterruptedException {
    await(Patience.ENDLESS);
  }

  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return await(Patience.of(time, unit));
  }

  @Override
  public long awaitNanos(long nanosTimeout) throws InterruptedException {
    failIfInterrupted();
    Patience patience = Patience.of(nanosTimeout, TimeUnit.NANOSECONDS);
    Turn<Integer> own = enter();
    return awaitTurn(own, patience) ? Math.max(1, patience.due() - own.waiter.nanoTime()) : 0;
  }

  @Override
  public boolean awaitUntil(Date deadline) throws InterruptedException {
    return await(deadline.getTime() - System.currentTimeMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void awaitUninterruptibly() {
    Turn<Integer> own = enter();
    boolean signalled = false;
    try {
      waiting.awaitUninterruptibly(own);
      signalled = true;
    } finally {
      if (!signalled) {
        comeBack(own);
      }
    }
  }

  @Override
  public void signal() {
    Turn<Integer> admitted = null;
    boolean foreign;
    guard.lock();
    try {
      foreign = lock.isForeign();
      Turn<Integer> signalled = foreign ? null : waiting.claimFirst();
      if (signalled != null) {
        admitted = lock.admit(signalled);
      }
    } finally {
      guard.unlock();
    }
    failIf(foreign);
    Turn.wake(admitted);
  }

  @Override
  public void signalAll() {
    boolean foreign;
    guard.lock();
    try {
      foreign = lock.isForeign();
      if (!foreign) {
        for (Turn<Integer> signalled : waiting.claimAll()) {
          lock.admit(signalled); // the caller has the lock: nobody is to be woken yet
        }
      }
    } finally {
      guard.unlock();
    }
    failIf(foreign);
  }

  private boolean await(Patience patience) throws InterruptedException {
    failIfInterrupted();
    return awaitTurn(enter(), patience);
  }

  private boolean awaitTurn(Turn<Integer> own, Patience patience) throws InterruptedException {
    boolean signalled = false;
    try {
      signalled = waiting.await(own, patience);
      return signalled;
    } finally {
      if (!signalled) {
        comeBack(own);
      }
    }
  }

  /** Joins the line and gives up the lock, all its holds. */
  private Turn<Integer> enter() {
    Turn<Integer> own = null;
    Turn<Integer> next = null;
    guard.lock();
    try {
      if (!lock.isForeign()) {
        own = waiting.join(new Turn<>(lock.holds()));
        next = lock.releaseAll();
      }
    } finally {
      guard.unlock();
    }
    if (own == null) {
      throw lock.notHeldByCaller("let wait for its condition");
    }
    Turn.wake(next);
    return own;
  }

  /** Takes the lock again as it was, whatever kills and interrupts come. */
  private void comeBack(Turn<Integer> left) {
    Turn<Integer> own = new Turn<>(left.handedOver());
    own.claim(); // none of them ends a claimed wait
    Turn<Integer> admitted;
    guard.lock();
    try {
      admitted = lock.admit(own);
    } finally {
      guard.unlock();
    }
    if (admitted == null) {
      own.waiter.awaitUninterruptibly(lock.waitReason());
    }
  }

  private void failIf(boolean foreign) {
    if (foreign) {
      throw lock.notHeldByCaller("have its condition signalled by");
    }
  }

  private static void failIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  @Override
  public @Nullable Party holder() {
    return null; // any holder of the lock may signal
  }

  @Override
  public WaitReason waitReason() {
    return reason;
  }

  @Override
  public List<Party> waiters() {
    return WaitLine.parties(guard, waiting);
  }

  @Override
  public String toString() {
    return describe();
  }
}
