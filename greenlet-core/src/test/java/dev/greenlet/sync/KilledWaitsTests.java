package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Deadline;
import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a kill has done by the time it returns, before its victim has run. */
@EachEngine
class KilledWaitsTests extends SyncContract {
  private static final int MANY = 2_000;

  private volatile boolean hubIsFree;

  KilledWaitsTests(TestEngine engine) {
    super(engine);
  }

  /** From now on the victims, which are on the hub, do not run. */
  private void occupyHub() throws Exception {
    CountDownLatch occupied = new CountDownLatch(1);
    onHub(
        "busy",
        () -> {
          occupied.countDown();
          long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
          while (!hubIsFree && System.nanoTime() < giveUp) {
            Thread.onSpinWait();
          }
          return null;
        });
    occupied.await();
  }

  @AfterEach
  void freeHub() {
    hubIsFree = true;
  }

  @Test
  void itHasGrantedTheSmallRequestsBehindALargeOne() throws Exception {
    SizedPermits permits = new SizedPermits();
    GreenletTask<Boolean> large = onHub("large", () -> permits.acquire(3, WaitLimit.ENDLESS));
    awaitWaiters(permits.queue, 1);
    awaitParked(large);
    GreenletTask<Boolean> small = onOtherHub("small", () -> permits.acquire(1, WaitLimit.ENDLESS));
    awaitWaiters(permits.queue, 2);
    permits.release(2);
    occupyHub();

    large.kill("enough");

    assertThat(permits.available()).isEqualTo(1);
    assertThat(small.get()).isTrue();
  }

  @Test
  void itHasBrokenTheBarrier() throws Exception {
    GreenletBarrier barrier = new GreenletBarrier(3, "start");
    GreenletTask<Integer> victim = onHub("victim", barrier::await);
    awaitWaiters(barrier, 1);
    awaitParked(victim);
    GreenletTask<Integer> other = onOtherHub("other", barrier::await);
    awaitWaiters(barrier, 2);
    occupyHub();

    victim.kill("enough");

    assertThat(barrier.isBroken()).isTrue();
    assertThatThrownBy(other::get).hasCauseInstanceOf(BrokenBarrierException.class);
    assertThat(victim.isDone()).isFalse();
  }

  @Test
  void aPartyThatComesKilledBreaksTheBarrierAsWell() throws Exception {
    GreenletBarrier barrier = new GreenletBarrier(3, "start");
    GreenletTask<Integer> other = onOtherHub("other", barrier::await);
    awaitWaiters(barrier, 1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    GreenletTask<Integer> victim =
        onHub(
            "victim",
            () -> {
              begun.countDown();
              while (killed.getCount() > 0) {
                Thread.onSpinWait();
              }
              return barrier.await();
            });

    begun.await();
    victim.kill("enough");
    killed.countDown();

    assertThatThrownBy(other::get).hasCauseInstanceOf(BrokenBarrierException.class);
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void thePutterThatIsKilledLeavesNoElement() throws Exception {
    GreenletQueue<String> queue = GreenletQueue.fifo(1, "full");
    queue.put("there");
    GreenletTask<@Nullable Void> putter =
        onHub(
            "putter",
            () -> {
              queue.put("its own");
              return null;
            });
    awaitWaiters(queue, 1);
    awaitParked(putter);
    occupyHub();

    putter.kill("enough");
    List<String> taken = new ArrayList<>();
    queue.drainTo(taken);

    assertThat(taken).containsExactly("there");
    assertThat(queue.isEmpty()).isTrue();
    hubIsFree = true;
    assertThat(putter.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void theSelectHasLeftAllItsChannels() throws Exception {
    Channel<String> one = Channel.rendezvous("one");
    Channel<String> two = Channel.rendezvous("two");
    Select<String> select = Select.of(one.onReceive(value -> value), two.onReceive(value -> value));
    GreenletTask<String> victim = onHub("victim", select::await);
    awaitWaiters(two, 1);
    awaitParked(victim);
    occupyHub();

    victim.kill("enough");

    assertThat(one.waiters()).isEmpty();
    assertThat(two.waiters()).isEmpty();
    assertThat(two.send("nothing takes it", Duration.ZERO)).isEqualTo(Sent.TIMED_OUT);
  }

  @Test
  void aSignalThatCameFirstIsDelivered() throws Exception {
    GreenletQueue<String> queue = GreenletQueue.fifo(9, "jobs");
    List<String> taken = new ArrayList<>();
    GreenletTask<String> victim =
        onHub(
            "victim",
            () -> {
              taken.add(queue.take());
              Greenlets.yieldNow();
              return "went on";
            });
    awaitWaiters(queue, 1);
    awaitParked(victim);
    occupyHub();

    queue.put("first");
    victim.kill("enough");
    hubIsFree = true;

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(taken).containsExactly("first");
  }

  @Test
  void killsOfManyAtOnceEmptyTheQueue() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(0, "none");
    List<GreenletTask<@Nullable Void>> victims = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      victims.add(
          onHub(
              "victim",
              () -> {
                semaphore.acquire();
                return null;
              }));
    }
    awaitWaiters(semaphore, MANY);
    occupyHub();

    Greenlets.killAll(victims, "all", Duration.ZERO);

    assertThat(semaphore.waiters()).isEmpty();
    semaphore.release();
    assertThat(semaphore.availablePermits()).isEqualTo(1);
  }

  @Test
  void aWaiterWithoutAQueueCannotBeClaimedAnyMore() throws Exception {
    AtomicReference<@Nullable Waiter> published = new AtomicReference<>();
    GreenletTask<@Nullable Void> victim =
        onHub(
            "victim",
            () -> {
              Waiter waiter = Waiter.ofCurrent();
              published.set(waiter);
              waiter.await(new WaitReason("test", "own"));
              return null;
            });
    await().until(() -> published.get() != null);
    awaitParked(victim);
    occupyHub();

    victim.kill("enough");

    assertThat(published.get()).isNotNull();
    assertThat(published.get().claim()).isFalse();
  }

  @Test
  void aWaiterThatWasClaimedIsNotTouched() throws Exception {
    AtomicReference<@Nullable Waiter> published = new AtomicReference<>();
    List<String> log = new ArrayList<>();
    GreenletTask<@Nullable Void> victim =
        onHub(
            "victim",
            () -> {
              Waiter waiter = Waiter.ofCurrent();
              published.set(waiter);
              waiter.await(new WaitReason("test", "own"));
              log.add("woken");
              Greenlets.yieldNow();
              return null;
            });
    await().until(() -> published.get() != null);
    awaitParked(victim);
    Waiter waiter = published.get();
    assertThat(waiter).isNotNull();

    assertThat(waiter.claim()).isTrue();
    victim.kill("enough");
    for (int i = 0; i < 10; i++) {
      onHub("another", () -> true).get();
    }
    assertThat(log).isEmpty();
    waiter.wake();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(log).containsExactly("woken");
  }

  @Test
  void aKillThatIsPendingEndsAWaitBeforeItIsPublished() throws Exception {
    GreenletQueue<String> queue = GreenletQueue.fifo(9, "jobs");
    List<Object> enlisted = new ArrayList<>();
    GreenletTask<String> victim =
        onHub(
            "victim",
            () -> {
              Greenlets.shielded(
                  () -> {
                    Greenlets.current().kill("by itself, later");
                    return null;
                  });
              enlisted.add(Waiter.ofCurrent().enlist(() -> enlisted.add("taken out")));
              return queue.take();
            });

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(enlisted).containsExactly(false);
    assertThat(queue.waiters()).isEmpty();
  }

  @Test
  void aWaitInsideOfAnotherOneTakesBothOut() throws Exception {
    WaitGuard guard = new WaitGuard();
    WaitQueue<String> outer = new WaitQueue<>(guard, new WaitReason("test", "outer"));
    GreenletEvent inner = new GreenletEvent("inner");
    GreenletTask<String> victim =
        onHub(
            "victim",
            () -> {
              WaitNode<String> own = guard.call(() -> outer.join(null));
              inner.await();
              outer.await(own, WaitLimit.ENDLESS);
              return "went on";
            });
    awaitWaiters(inner, 1);
    awaitParked(victim);
    occupyHub();

    victim.kill("enough");

    assertThat(outer.waiters()).isEmpty();
    assertThat(inner.waiters()).isEmpty();
    hubIsFree = true;
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void anOuterDeadlineEndsTheWaitInsideOfAnInnerOne() throws Exception {
    GreenletSemaphore semaphore = new GreenletSemaphore(0, "none");
    GreenletTask<Boolean> late =
        onHub(
            "late",
            () ->
                Deadline.within(
                    SECOND,
                    () ->
                        Deadline.within(
                            HOUR,
                            () -> {
                              semaphore.acquire();
                              return true;
                            },
                            false),
                    false));
    awaitWaiters(semaphore, 1);
    awaitParked(late);

    time.advance(SECOND);

    assertThat(late.get()).isFalse();
    assertThat(semaphore.waiters()).isEmpty();
  }
}
