package dev.greenlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.SwitchPoint;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@EachEngine
@Timeout(120)
class HubSocketCloseTests {
  private final GreenletRuntime runtime;
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  HubSocketCloseTests(TestEngine engine) throws IOException {
    runtime = engine.builder().hubs(1).build();
  }

  @AfterEach
  void close() throws IOException {
    runtime.close();
    listener.close();
  }

  private Socket connect() throws IOException {
    return new HubSocketFactory().createSocket(listener.getInetAddress(), listener.getLocalPort());
  }

  @Test
  void theSocketInWhichAGreenletWaitsIsClosedAndNoOther() throws Exception {
    try (Socket awaited = connect();
        Socket other = connect()) {
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      GreenletTask<Integer> reader =
          runtime.spawn(
              SpawnOptions.defaults().on(runtime.hubs().getFirst()),
              () -> {
                thread.complete(Thread.currentThread());
                return SwitchPoint.call(
                    new WaitReason(WaitReason.JDBC, "test"), awaited.getInputStream()::read);
              });
      await().until(() -> HubSocket.closeAwaitedBy(thread.join()));

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(reader::get)
          .withCauseInstanceOf(SocketException.class);
      assertThat(other.isClosed()).isFalse();
      other.getOutputStream().write(1);
    }
  }

  @Test
  void theSocketInWhichAPlainThreadWaitsIsClosed() throws Exception {
    try (Socket awaited = connect()) {
      FutureTask<Integer> reader = new FutureTask<>(awaited.getInputStream()::read);
      Thread thread = Thread.ofPlatform().daemon().start(reader);
      await().until(() -> HubSocket.closeAwaitedBy(thread));

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(reader::get)
          .withCauseInstanceOf(SocketException.class);
    }
  }

  @Test
  void aThreadThatWaitsInNoHubSocketLosesNone() throws Exception {
    try (Socket idle = connect()) {
      assertThat(HubSocket.closeAwaitedBy(Thread.currentThread())).isFalse();
      idle.getOutputStream().write(1);
    }
  }
}
