package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import org.junit.jupiter.api.Test;

/** What a queue does when a waiter leaves on which others depend. */
@EachEngine
class WaitQueueTests extends SyncContract {
  WaitQueueTests(TestEngine engine) {
    super(engine);
  }

  private final SizedPermits permits = new SizedPermits();

  private GreenletTask<Boolean> request(int size, WaitLimit limit) {
    int before = permits.queue.waiters().size();
    GreenletTask<Boolean> request = onHub("of " + size, () -> permits.acquire(size, limit));
    awaitWaiters(permits.queue, before + 1);
    awaitParked(request);
    return request;
  }

  @Test
  void smallRequestsWaitBehindALargeOne() throws Exception {
    GreenletTask<Boolean> large = request(3, WaitLimit.ENDLESS);
    GreenletTask<Boolean> small = request(1, WaitLimit.ENDLESS);

    permits.release(2);
    assertThat(permits.queue.waiters()).hasSize(2);
    permits.release(2);

    assertThat(large.get()).isTrue();
    assertThat(small.get()).isTrue();
    assertThat(permits.available()).isZero();
  }

  @Test
  void aLargeRequestThatTimesOutLetsTheSmallOnesGo() throws Exception {
    GreenletTask<Boolean> large = onHub("large", () -> permits.acquire(3, WaitLimit.of(SECOND)));
    awaitWaiters(permits.queue, 1);
    awaitParked(large);
    GreenletTask<Boolean> small = request(1, WaitLimit.ENDLESS);
    GreenletTask<Boolean> next = request(1, WaitLimit.ENDLESS);
    permits.release(2);

    time.advance(SECOND);

    assertThat(large.get()).isFalse();
    assertThat(small.get()).isTrue();
    assertThat(next.get()).isTrue();
    assertThat(permits.available()).isZero();
  }

  @Test
  void aLargeRequestThatIsKilledLetsTheSmallOnesGo() throws Exception {
    GreenletTask<Boolean> large = request(3, WaitLimit.ENDLESS);
    GreenletTask<Boolean> small = request(1, WaitLimit.ENDLESS);
    permits.release(2);

    large.kill("enough");

    assertThat(small.get()).isTrue();
    assertThat(permits.available()).isEqualTo(1);
  }

  @Test
  void aQueueIsFullWithAsManyWaitersAsItsBound() throws Exception {
    WaitGuard guard = new WaitGuard();
    WaitQueue<Void> queue = new WaitQueue<>(guard, new WaitReason("test", "two"), 2);
    WaitNode<Void> first = guard.call(() -> queue.join(null));
    assertThat(guard.call(queue::isFull)).isFalse();

    guard.run(() -> queue.join(null));
    assertThat(guard.call(queue::isFull)).isTrue();

    assertThat(queue.leave(first)).isTrue();
    assertThat(queue.leave(first)).isFalse();
    assertThat(guard.call(queue::isFull)).isFalse();
  }

  @Test
  void aWaitThatWasGrantedIsNotLeftAnyMore() throws Exception {
    WaitGuard guard = new WaitGuard();
    WaitQueue<String> queue = new WaitQueue<>(guard, new WaitReason("test", ""));
    WaitNode<String> own = guard.call(() -> queue.join(null));

    guard.run(
        () -> {
          WaitNode<String> granted = queue.grantFirst();
          if (granted != null) {
            granted.give("it");
          }
        });

    assertThat(queue.leave(own)).isFalse();
    assertThat(queue.await(own, WaitLimit.NONE)).isTrue();
    assertThat(own.value()).isEqualTo("it");
  }
}
