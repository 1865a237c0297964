package dev.greenlet.sync;

import dev.greenlet.WaitReason;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * A condition of a {@link GreenletLock}. A signal claims its waiter and moves it to the queue of
 * the lock, so that it wakes once, holding the lock. A waiter that leaves before it is signalled
 * acquires the lock again uninterruptibly, and the signal goes to another waiter.
 */
final class LockCondition extends WaitQueue<Integer> implements Condition {
  private static final String KIND = "condition";

  private final GreenletLock lock;

  LockCondition(GreenletLock lock, WaitGuard guard, String name) {
    super(guard, new WaitReason(KIND, name));
    this.lock = lock;
  }

  @Override
  public void await() throws InterruptedException {
    await(WaitLimit.ENDLESS);
  }

  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return await(WaitLimit.of(time, unit));
  }

  @Override
  public long awaitNanos(long nanosTimeout) throws InterruptedException {
    GreenletLock.failIfInterrupted();
    WaitLimit limit = WaitLimit.of(nanosTimeout, TimeUnit.NANOSECONDS);
    WaitNode<Integer> own = joinAndRelease();
    return awaitSignal(own, limit) ? Math.max(1, limit.due() - own.waiter().nanoTime()) : 0;
  }

  @Override
  public boolean awaitUntil(Date deadline) throws InterruptedException {
    return await(deadline.getTime() - System.currentTimeMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void awaitUninterruptibly() {
    WaitNode<Integer> own = joinAndRelease();
    boolean signalled = false;
    try {
      awaitUninterruptibly(own, waitReason());
      signalled = true;
    } finally {
      if (!signalled) {
        reacquire(own);
      }
    }
  }

  @Override
  public void signal() {
    failIfForeign();
    guard.run(
        () -> {
          WaitNode<Integer> signalled = claimFirst();
          if (signalled != null) {
            lock.admit(signalled);
          }
        });
  }

  @Override
  public void signalAll() {
    failIfForeign();
    guard.run(() -> claimAll().forEach(lock::admit));
  }

  private boolean await(WaitLimit limit) throws InterruptedException {
    GreenletLock.failIfInterrupted();
    return awaitSignal(joinAndRelease(), limit);
  }

  private boolean awaitSignal(WaitNode<Integer> own, WaitLimit limit) throws InterruptedException {
    boolean signalled = false;
    try {
      signalled = await(own, limit);
      return signalled;
    } finally {
      if (!signalled) {
        reacquire(own);
      }
    }
  }

  /** Joins the queue and releases all holds of the lock. */
  private WaitNode<Integer> joinAndRelease() {
    if (lock.isForeign()) {
      throw lock.notHeldByCaller("be awaited by");
    }
    return guard.call(
        () -> {
          WaitNode<Integer> own = join(lock.holds());
          lock.passOn();
          return own;
        });
  }

  /** Acquires the lock with its former number of holds, regardless of kills and interrupts. */
  private void reacquire(WaitNode<Integer> left) {
    WaitNode<Integer> own = WaitNode.uncancellable(left.handedOver());
    guard.run(() -> lock.admit(own));
    own.waiter().awaitUninterruptibly(lock.waitReason());
  }

  private void failIfForeign() {
    if (lock.isForeign()) {
      throw lock.notHeldByCaller("be signalled by");
    }
  }
}
