package dev.greenlet.spring.web.disconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.web.ContainerRequest;
import dev.greenlet.spring.web.OpenRequests;
import dev.greenlet.spring.web.RequestLifecycle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The detector in isolation, on real channels and without a container. */
@Timeout(120)
class DisconnectDetectorTests {
  private static final int ROUNDS = 30;
  private static final int CHANNELS = 100;
  private static final Duration ALL_THE_TIME = Duration.ofNanos(1);

  /**
   * A container closes many at once, any of them between the select of a check and its handling.
   */
  @Test
  void channelsThatAreClosedDuringACheckDoNotEndTheDetection() throws Exception {
    try (GreenletRuntime runtime = GreenletRuntime.builder().hubs(1).build();
        DisconnectDetector watch = new DisconnectDetector(ALL_THE_TIME);
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      GreenletTask<?> request = waiting(runtime);
      for (int round = 0; round < ROUNDS; round++) {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
          connections.add(Connection.begin(server, watch, request));
        }
        await()
            .untilAsserted(
                () -> assertThat(connections).allMatch(each -> each.accepted().isRegistered()));
        for (Connection connection : connections) {
          connection.close();
        }
      }

      try (Connection last = Connection.begin(server, watch, request)) {
        last.accepted().read(ByteBuffer.allocate(1));
        last.client().close();
        assertThat(request.join(Duration.ofSeconds(30))).isInstanceOf(Outcome.Killed.class);
      }
    }
  }

  /** A failure of one client does not affect the others. */
  @Test
  void aFailureAffectsOneClientOnly() throws Exception {
    try (GreenletRuntime runtime = GreenletRuntime.builder().hubs(1).build();
        DisconnectDetector watch = new DisconnectDetector(ALL_THE_TIME);
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      CountDownLatch failed = new CountDownLatch(1);
      try (Connection broken = Connection.begin(server, watch, waiting(runtime))) {
        broken
            .request()
            .onDisconnect(
                () -> {
                  failed.countDown();
                  throwUnchecked(new Exception("thrown by an action of a test"));
                });
        broken.accepted().read(ByteBuffer.allocate(1));
        broken.client().close();
        failed.await();
      }

      GreenletTask<?> second = waiting(runtime);
      try (Connection next = Connection.begin(server, watch, second)) {
        next.accepted().read(ByteBuffer.allocate(1));
        next.client().close();
        assertThat(second.join(Duration.ofSeconds(30))).isInstanceOf(Outcome.Killed.class);
      }
    }
  }

  @SuppressWarnings("unchecked") // as other languages throw
  private static <X extends Throwable> void throwUnchecked(Throwable failure) throws X {
    throw (X) failure;
  }

  private static GreenletTask<?> waiting(GreenletRuntime runtime) {
    return runtime.spawn(
        SpawnOptions.named("request"),
        () -> {
          Greenlets.sleep(Duration.ofHours(1));
          return null;
        });
  }

  /** A connection whose client has sent bytes that are not read. */
  private record Connection(SocketChannel client, SocketChannel accepted, RequestLifecycle request)
      implements AutoCloseable {

    static Connection begin(
        ServerSocketChannel server, DisconnectDetector watch, GreenletTask<?> request)
        throws IOException {
      SocketChannel client = SocketChannel.open(server.getLocalAddress());
      SocketChannel accepted = server.accept();
      accepted.configureBlocking(false);
      client.write(ByteBuffer.wrap(new byte[1]));
      RequestLifecycle lifecycle = OpenRequests.open(null);
      lifecycle.handOver(request);
      watch.begin(new OnChannel(accepted), lifecycle);
      return new Connection(client, accepted, lifecycle);
    }

    @Override
    public void close() throws IOException {
      request.end();
      accepted.close();
      client.close();
    }
  }

  private record OnChannel(SocketChannel channel) implements ContainerRequest {
    @Override
    public boolean blocksAtEnd() {
      return false;
    }

    @Override
    public void reportDisconnect() {
      throw new AssertionError("there is a channel to watch");
    }

    @Override
    public boolean isResponseComplete() {
      return false;
    }
  }
}
