package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class GreenletSemaphoreTests extends SyncContract {

  GreenletSemaphoreTests(TestEngine engine) {
    super(engine);
  }

  @Test
  @DisplayName("2.2/48 a caller that releases and acquires again is queued behind the waiters")
  void isFair() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(1, "one");
    onHub(
            "spawner",
            () ->
                Greenlets.joinAll(
                    List.of(user("a", semaphore), user("b", semaphore), user("c", semaphore))))
        .join();

    assertThat(log).containsExactly("a", "b", "c", "a", "b", "c", "a", "b", "c");
  }

  private GreenletTask<Integer> user(String name, GreenletSemaphore semaphore) {
    return Greenlets.spawn(
        name,
        () -> {
          int round = 0;
          for (; round < 3; round++) {
            semaphore.acquire();
            log.add(name);
            Greenlets.yieldNow();
            semaphore.release();
          }
          return round;
        });
  }

  @Test
  @DisplayName("2.2/48 a permit on its way to a waiter cannot be snatched")
  void cannotBeSnatched() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(0);
    GreenletTask<Boolean> waiter = onHub("waiter", () -> semaphore.tryAcquire(HOUR));
    awaitWaiters(semaphore, 1);

    GreenletTask<Boolean> snatcher =
        onHub(
            "snatcher",
            () -> {
              semaphore.release();
              return semaphore.tryAcquire();
            });

    assertThat(snatcher.get()).isFalse();
    assertThat(waiter.get()).isTrue();
  }

  @Test
  @DisplayName("2.2/49 an acquisition that timed out eats no permit")
  void eatsNoPermitAfterTimeout() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(0);
    GreenletTask<Boolean> impatient = onHub("impatient", () -> semaphore.tryAcquire(SECOND));
    awaitWaiters(semaphore, 1);
    GreenletTask<Boolean> patient = onHub("patient", () -> semaphore.tryAcquire(HOUR));
    awaitWaiters(semaphore, 2);
    time.advance(SECOND);
    assertThat(impatient.get()).isFalse();

    semaphore.release();

    assertThat(patient.get()).isTrue();
    assertThat(semaphore.availablePermits()).isZero();
  }

  @Test
  @DisplayName("2.2/49 a killed waiter eats no permit")
  void aKilledWaiterEatsNoPermit() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(0);
    GreenletTask<Boolean> victim = onHub("victim", () -> semaphore.tryAcquire(HOUR));
    awaitWaiters(semaphore, 1);

    victim.kill("enough");
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    semaphore.release();

    assertThat(semaphore.availablePermits()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "2.2/49 a waiter that was served before the kill has the permit and ends at the next wait")
  void keepsThePermitWhenKilledTooLate() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(0);
    GreenletTask<Void> victim =
        onHub(
            "victim",
            () -> {
              semaphore.acquire();
              log.add("acquired");
              Greenlets.yieldNow();
              log.add("never");
              return null;
            });
    awaitWaiters(semaphore, 1);

    onHub(
            "killer",
            () -> {
              semaphore.release();
              victim.kill("too late");
              return null;
            })
        .join();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(log).containsExactly("acquired");
  }

  @Test
  @DisplayName("2.2/50 threads and greenlets of several hubs share permits, none lost or doubled")
  void isSharedByAll() throws Exception {
    GreenletSemaphore semaphore = GreenletSemaphore.bounded(2, "two");
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<Integer>> users = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      users.add(onHub("here", () -> useOften(semaphore, inside, most)));
      users.add(onOtherHub("there", () -> useOften(semaphore, inside, most)));
    }
    users.add(inThread("plain-1", () -> useOften(semaphore, inside, most)));
    users.add(inThread("plain-2", () -> useOften(semaphore, inside, most)));

    for (Future<Integer> user : users) {
      assertThat(user.get()).isEqualTo(500);
    }
    assertThat(most).hasValueLessThanOrEqualTo(2);
    assertThat(semaphore.availablePermits()).isEqualTo(2);
  }

  private static int useOften(GreenletSemaphore semaphore, AtomicInteger inside, AtomicInteger most)
      throws InterruptedException {
    int used = 0;
    for (; used < 500; used++) {
      semaphore.acquire();
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      inside.decrementAndGet();
      semaphore.release();
    }
    return used;
  }

  @Test
  void aBoundedOneRefusesToBeReleasedTooOften() {
    GreenletSemaphore semaphore = GreenletSemaphore.bounded(2, "two");

    assertThatThrownBy(semaphore::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("semaphore 'two' has all its 2 permits")
        .hasMessageContaining(Thread.currentThread().getName());
    assertThat(semaphore.availablePermits()).isEqualTo(2);
  }

  @Test
  void anUnboundedOneMayBeReleasedMoreOften() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(0);
    semaphore.release();
    semaphore.release();

    assertThat(semaphore.tryAcquire(Duration.ZERO)).isTrue();
    assertThat(semaphore).hasToString("semaphore (1 permits)");
  }

  @Test
  void permitsThatAreOwedArePaidBeforeAnybodyIsServed() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(1);
    semaphore.reducePermits(3);
    GreenletTask<Boolean> waiter = onHub("waiter", () -> semaphore.tryAcquire(HOUR));
    awaitWaiters(semaphore, 1);

    semaphore.release();
    semaphore.release();
    assertThat(semaphore.availablePermits()).isZero();
    assertThat(semaphore.waiters()).hasSize(1);
    semaphore.release();

    assertThat(waiter.get()).isTrue();
    assertThat(semaphore.availablePermits()).isZero();
  }

  @Test
  void showsItsWaitsAsItIsTold() throws Exception {
    WaitReason reason = new WaitReason(WaitReason.JDBC, "getConnection pool");
    GreenletSemaphore semaphore = new GreenletSemaphore(0, reason);
    GreenletTask<Boolean> waiter = onHub("waiter", () -> semaphore.tryAcquire(HOUR));
    awaitWaiters(semaphore, 1);

    assertThat(waiter.waitingOn()).isSameAs(reason);
    semaphore.release();
    assertThat(waiter.get()).isTrue();
  }

  @Test
  void refusesNegativePermits() {
    assertThatThrownBy(() -> new GreenletSemaphore(-1, "less"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'permits' of semaphore 'less' must not be negative, was -1");
    assertThatThrownBy(() -> new GreenletSemaphore(1, "less").reducePermits(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'reduction' of semaphore 'less' must not be negative, was -1");
  }
}
