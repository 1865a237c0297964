package dev.greenlet.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.WaitReason;
import dev.greenlet.engine.EngineChoice;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The waits of the JDK without a wait reason, which only the native engine sees as waits. */
@Timeout(60)
class UndescribedWaitTests {
  private final GreenletRuntime runtime =
      GreenletRuntime.builder().engine(EngineChoice.NATIVE).build();

  @AfterEach
  void stop() {
    runtime.close(Duration.ZERO);
  }

  @Test
  void tellsASleep() {
    assertThat(
            kindOfWait(
                () -> {
                  Thread.sleep(Duration.ofMinutes(1));
                  return 1;
                }))
        .isEqualTo("sleep");
  }

  @Test
  void tellsALock() {
    ReentrantLock lock = new ReentrantLock();
    lock.lock();

    assertThat(
            kindOfWait(
                () -> {
                  lock.lock();
                  return 1;
                }))
        .isEqualTo("lock");
    lock.unlock();
  }

  @Test
  void tellsASocket() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(kindOfWait(server::accept)).isEqualTo("socket");
    }
  }

  @Test
  void onThePortableEngineItCountsAsRunningUntilItsHubIsLent() {
    CountDownLatch ends = new CountDownLatch(1);
    Callable<?> wait =
        () -> {
          ends.await();
          return 1;
        };
    try (GreenletRuntime portable =
        GreenletRuntime.builder().engine(EngineChoice.PORTABLE).build()) {
      GreenletTask<?> shared = portable.spawn(SpawnOptions.named("shared"), wait);
      GreenletTask<?> onHub =
          portable.spawn(SpawnOptions.named("hub").on(portable.hubs().getFirst()), wait);
      await().until(() -> shared.greenletState() == GreenletState.RUNNING);

      await().until(() -> portable.hubs().getFirst().lent() == 1);

      assertThat(onHub.greenletState()).isEqualTo(GreenletState.PARKED);
      assertThat(shared.greenletState()).isEqualTo(GreenletState.RUNNING);
      ends.countDown();
    }
  }

  private String kindOfWait(Callable<?> wait) {
    GreenletTask<?> task = runtime.spawn(SpawnOptions.named("waiting"), wait);
    await().until(() -> task.greenletState() == GreenletState.PARKED);
    GreenletDetail detail = new Inspector(runtime).find(task.id());
    assertThat(detail).isNotNull();
    WaitReason reason = detail.greenlet().waitingOn();
    assertThat(reason).isNotNull();
    return reason.kind();
  }
}
