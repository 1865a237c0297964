package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.Synchronizer;
import dev.greenlet.TestEngine;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class GreenletLockTests extends SyncContract {
  private final GreenletLock lock = new GreenletLock("seats");
  private final Condition condition = lock.newCondition();
  private int counter; // guarded by the lock

  GreenletLockTests(TestEngine engine) {
    super(engine);
  }

  // --- lock --------------------------------------------------------------------------------------

  @Test
  @DisplayName("2.2/50 threads and greenlets of several hubs exclude each other")
  void excludes() throws Exception {
    List<Future<Integer>> users = new ArrayList<>();
    Callable<Integer> body =
        () -> {
          for (int i = 0; i < 300; i++) {
            lock.lock();
            try {
              int seen = counter;
              Greenlets.yieldNow();
              counter = seen + 1;
            } finally {
              lock.unlock();
            }
          }
          return 0;
        };
    for (int i = 0; i < 2; i++) {
      users.add(onHub("here", body));
      users.add(onOtherHub("there", body));
      users.add(inThread("plain-" + i, body));
    }
    for (Future<Integer> user : users) {
      user.get();
    }

    assertThat(counter).isEqualTo(1800);
    assertThat(lock.holder()).isNull();
  }

  @Test
  @DisplayName("2.2/51 is re-entrant: as many releases as acquisitions")
  void isReentrant() throws Exception {
    onHub(
            "owner",
            () -> {
              lock.lock();
              assertThat(lock.tryLock()).isTrue();
              lock.lockInterruptibly();
              lock.unlock();
              lock.unlock();
              assertThat(lock.isHeldByCurrent()).isTrue();
              lock.unlock();
              assertThat(lock.isHeldByCurrent()).isFalse();
              return null;
            })
        .get();

    assertThat(lock.tryLock()).isTrue();
    lock.unlock();
  }

  @Test
  @DisplayName("2.2/51 a release by another than the holder fails, naming both")
  void refusesAForeignRelease() throws Exception {
    assertThatThrownBy(lock::unlock)
        .isInstanceOf(IllegalMonitorStateException.class)
        .hasMessageContaining("lock 'seats' is not held");
    GreenletTask<Void> owner = holdOnHub();

    assertThatThrownBy(() -> inThread("thief", this::unlock).get())
        .cause()
        .isInstanceOf(IllegalMonitorStateException.class)
        .hasMessage(
            "lock 'seats' is held by %s and cannot be released by thread 'thief': only its owner can"
                + " do that",
            owner);
    assertThatThrownBy(() -> onHub("thief", this::unlock).get())
        .hasCauseInstanceOf(IllegalMonitorStateException.class);
    assertThat(lock.holder()).isNotNull();
    assertThat(lock.holder().greenlet()).isSameAs(owner);
    assertThat(lock).hasToString("lock 'seats' (held by " + owner + ")");
    owner.kill("done");
    owner.join();
  }

  private boolean unlock() {
    lock.unlock();
    return true;
  }

  private final GreenletEvent release = new GreenletEvent("release");

  private GreenletTask<Void> holdOnHub() {
    GreenletTask<Void> owner =
        onHub(
            "owner",
            () -> {
              lock.lock();
              try {
                release.await();
              } finally {
                lock.unlock();
              }
              return null;
            });
    awaitWaiters(release, 1);
    return owner;
  }

  @Test
  @DisplayName("2.2/48 the lock passes to the waiters in the order of their arrival")
  void isFair() throws Exception {
    holdOnHub();
    List<GreenletTask<Boolean>> waiters = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      String name = "" + i;
      Callable<Boolean> body =
          () -> {
            lock.lock();
            log.add(name);
            return unlock();
          };
      waiters.add(i == 2 ? onOtherHub(name, body) : onHub(name, body));
      awaitWaiters(lock, i);
    }
    assertThat(lock.tryLock()).isFalse();

    release.set();
    Greenlets.joinAll(waiters);

    assertThat(log).containsExactly("1", "2", "3");
  }

  @Test
  @DisplayName("2.2/50 a waiter that timed out or was killed leaves the lock to the next")
  void aWaiterThatGaveUpGetsNoLock() throws Exception {
    holdOnHub();
    GreenletTask<Boolean> impatient = onHub("impatient", () -> lock.tryLock(1, TimeUnit.SECONDS));
    awaitWaiters(lock, 1);
    GreenletTask<Boolean> victim =
        onHub(
            "victim",
            () -> {
              lock.lock();
              return true;
            });
    awaitWaiters(lock, 2);
    GreenletTask<Boolean> patient =
        onHub("patient", () -> lock.tryLock(1, TimeUnit.HOURS) && unlock());
    awaitWaiters(lock, 3);
    time.advance(SECOND);
    assertThat(impatient.get()).isFalse();
    victim.kill("enough");
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);

    release.set();

    assertThat(patient.get()).isTrue();
    assertThat(lock.holder()).isNull();
  }

  @Test
  void lockIgnoresInterruptsAndKeepsTheStatus() throws Exception {
    holdOnHub();
    AtomicReference<Thread> thread = new AtomicReference<>();
    Callable<Boolean> body =
        () -> {
          thread.set(Thread.currentThread());
          lock.lock();
          lock.unlock();
          return Thread.interrupted();
        };
    GreenletTask<Boolean> greenlet = onHub("greenlet", body);
    awaitWaiters(lock, 1);
    thread.get().interrupt();
    Future<Boolean> plain = inThread("plain", body);
    awaitWaiters(lock, 2);
    thread.get().interrupt();

    release.set();

    assertThat(greenlet.get()).isTrue();
    assertThat(plain.get()).isTrue();
  }

  @Test
  void anInterruptedCallerDoesNotGetTheLock() throws Exception {
    assertThat(
            onHub(
                    "interrupted",
                    () -> {
                      Thread.currentThread().interrupt();
                      assertThatThrownBy(lock::lockInterruptibly)
                          .isInstanceOf(InterruptedException.class);
                      Thread.currentThread().interrupt();
                      assertThatThrownBy(() -> lock.tryLock(1, TimeUnit.SECONDS))
                          .isInstanceOf(InterruptedException.class);
                      return lock.isHeldByCurrent();
                    })
                .get())
        .isFalse();
  }

  // --- condition ---------------------------------------------------------------------------------

  @Test
  @DisplayName("2.2/51 a signal lets one waiter go on, in order; signalAll all of them")
  void cancellation() throws Exception {
    List<GreenletTask<Boolean>> waiters = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      waiters.add(conditionWaiter("" + i));
      awaitWaiters((Synchronizer) condition, i);
    }

    locked(condition::signal);
    assertThat(waiters.get(0).get()).isTrue();
    assertThat(log).containsExactly("1");
    locked(
        () -> {
          condition.signal();
          condition.signal();
        });
    assertThat(waiters.get(2).get()).isTrue();
    assertThat(log).containsExactly("1", "2", "3");
    locked(condition::signalAll);
    assertThat(waiters.get(3).get()).isTrue();
    locked(condition::signal);

    assertThat(log).containsExactly("1", "2", "3", "4");
    assertThat(lock.holder()).isNull();
  }

  private GreenletTask<Boolean> conditionWaiter(String name) {
    return onHub(
        name,
        () -> {
          lock.lock();
          try {
            condition.await();
            log.add(name);
            return lock.isHeldByCurrent();
          } finally {
            lock.unlock();
          }
        });
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  @Test
  @DisplayName("2.2/51 waiting and signalling without the lock fail")
  void needsTheLock() {
    assertThatThrownBy(condition::await)
        .isInstanceOf(IllegalMonitorStateException.class)
        .hasMessageContaining("cannot be awaited by");
    assertThatThrownBy(condition::signal).isInstanceOf(IllegalMonitorStateException.class);
    assertThatThrownBy(condition::signalAll).isInstanceOf(IllegalMonitorStateException.class);
  }

  @Test
  @DisplayName("2.2/51 a wait that times out has the lock again, all its holds")
  void hasTheLockAfterATimeout() throws Exception {
    GreenletTask<Boolean> waiter =
        onHub(
            "waiter",
            () -> {
              lock.lock();
              lock.lock();
              assertThat(condition.awaitNanos(SECOND.toNanos())).isLessThanOrEqualTo(0);
              lock.unlock();
              assertThat(lock.isHeldByCurrent()).isTrue();
              return unlock();
            });
    awaitWaiters((Synchronizer) condition, 1);
    assertThat(lock.holder()).isNull();
    time.advance(SECOND);

    assertThat(waiter.get()).isTrue();
    assertThat(lock.holder()).isNull();
  }

  @Test
  @DisplayName("2.2/51 a killed waiter comes back with the lock, and eats no signal")
  void aKilledWaiterEatsNoSignal() throws Exception {
    AtomicReference<Boolean> heldOnTheWayOut = new AtomicReference<>();
    GreenletTask<Void> victim =
        onHub(
            "victim",
            () -> {
              lock.lock();
              try {
                condition.await();
              } finally {
                heldOnTheWayOut.set(lock.isHeldByCurrent());
                lock.unlock();
              }
              return null;
            });
    awaitWaiters((Synchronizer) condition, 1);
    GreenletTask<Boolean> other = conditionWaiter("other");
    awaitWaiters((Synchronizer) condition, 2);
    GreenletTask<Void> owner = holdOnHub();
    victim.kill("enough");
    awaitWaiters((Synchronizer) condition, 1);
    release.set();
    owner.join();
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(heldOnTheWayOut.get()).isTrue();

    locked(condition::signal);

    assertThat(other.get()).isTrue();
  }

  @Test
  @DisplayName(
      "2.2/51 a waiter that was signalled before the interrupt returns, and stays interrupted")
  void keepsTheSignalWhenInterruptedTooLate() throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    GreenletTask<Boolean> waiter =
        onHub(
            "waiter",
            () -> {
              thread.set(Thread.currentThread());
              lock.lock();
              try {
                return condition.await(1, TimeUnit.HOURS) && Thread.interrupted();
              } finally {
                lock.unlock();
              }
            });
    awaitWaiters((Synchronizer) condition, 1);

    locked(
        () -> {
          condition.signal();
          thread.get().interrupt();
        });

    assertThat(waiter.get()).isTrue();
  }

  @Test
  void awaitUninterruptiblyIgnoresInterrupts() throws Exception {
    GreenletTask<Boolean> waiter =
        onHub(
            "waiter",
            () -> {
              lock.lock();
              try {
                Thread.currentThread().interrupt();
                condition.awaitUninterruptibly();
                return Thread.interrupted() && lock.isHeldByCurrent();
              } finally {
                lock.unlock();
              }
            });
    awaitWaiters((Synchronizer) condition, 1);
    locked(condition::signal);

    assertThat(waiter.get()).isTrue();
  }

  @Test
  void awaitUntilAPastDateReturnsAtOnce() throws Exception {
    lock.lock();
    try {
      assertThat(condition.awaitUntil(new Date(0))).isFalse();
      assertThat(lock.isHeldByCurrent()).isTrue();
    } finally {
      lock.unlock();
    }
    assertThat(condition).hasToString("condition 'seats'");
  }
}
