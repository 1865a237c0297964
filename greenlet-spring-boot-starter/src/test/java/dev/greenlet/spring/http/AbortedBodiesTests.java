package dev.greenlet.spring.http;

import static dev.greenlet.spring.http.BootClients.Setting.onHub;
import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.spring.http.BootClients.Setting;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Exchanges that are aborted while a body is transferred: a killed greenlet ends at once when the
 * server stops sending or reading, and no half body passes for a whole one.
 */
@Timeout(60)
class AbortedBodiesTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofMillis(100);
  private static final int CONNECTIONS_OF_APACHE = 2;
  private static final BootClients CLIENTS = new BootClients(CONNECTIONS_OF_APACHE);

  static Stream<Setting> settings() {
    return CLIENTS.settings();
  }

  @AfterAll
  static void closeClients() throws Exception {
    CLIENTS.close();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aKilledReaderDoesNotWaitForTheRestOfAResponseAndThePoolKeepsItsSize(Setting setting)
      throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      for (int i = 0; i <= CONNECTIONS_OF_APACHE; i++) {
        CountDownLatch inTheMiddle = new CountDownLatch(1);
        GreenletTask<String> task =
            onHub(runtime, () -> read(setting, server.url("/body"), inTheMiddle));
        inTheMiddle.await();
        await().until(() -> task.greenletState() == GreenletState.PARKED);
        task.kill("enough");

        assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
      }

      assertWorksOn(setting, runtime, server);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void closingAfterAKillBetweenTwoReadsDoesNotWaitForTheRest(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      GreenletTask<String> task =
          onHub(
              runtime,
              () -> {
                try (ClientHttpResponse response = get(setting, server.url("/body")).execute()) {
                  response.getBody().readNBytes("first,".length());
                  Greenlets.current().kill("enough");
                  return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
                }
              });

      assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
      assertWorksOn(setting, runtime, server);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void anExpiredDeadlineEndsTheWaitForTheRestOfAResponse(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      CountDownLatch inTheMiddle = new CountDownLatch(1);
      GreenletTask<String> task =
          onHub(
              runtime,
              () -> Deadline.within(SOON, () -> read(setting, server.url("/body"), inTheMiddle)));

      assertTimedOut(task);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void halfOfAResponseThatEndsWithItsConnectionDoesNotPassForTheWhole(Setting setting)
      throws Exception {
    try (HalfAnswer server = new HalfAnswer();
        GreenletRuntime runtime = setting.runtime()) {
      CountDownLatch inTheMiddle = new CountDownLatch(1);
      GreenletTask<String> task = onHub(runtime, () -> read(setting, server.url(), inTheMiddle));
      inTheMiddle.await();
      await().until(() -> task.greenletState() == GreenletState.PARKED);
      task.kill("enough");

      assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aKilledWriterDoesNotWaitForAServerThatStopsReadingAndThePoolKeepsItsSize(Setting setting)
      throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      for (int i = 0; i <= CONNECTIONS_OF_APACHE; i++) {
        AtomicLong written = new AtomicLong();
        GreenletTask<String> task = onHub(runtime, () -> upload(setting, server, written));
        awaitStandstill(written);
        task.kill("enough");

        assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
      }

      assertWorksOn(setting, runtime, server);
      assertThat(server.bodies()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void anExpiredDeadlineEndsTheWaitForAServerThatStopsReading(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      GreenletTask<String> task =
          onHub(
              runtime,
              () -> Deadline.within(SOON, () -> upload(setting, server, new AtomicLong())));

      assertTimedOut(task);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aKillAfterTheBodyWasSentEndsTheWaitForTheResponse(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      GreenletTask<String> task =
          onHub(runtime, () -> post(setting, server.url("/upload"), out -> out.write('x')));
      await().until(() -> server.requests() == 1);
      await().until(() -> task.greenletState() == GreenletState.PARKED);
      task.kill("enough");

      assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
      assertWorksOn(setting, runtime, server);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aBodyIsCutOffWhenItsWriterIsKilledAndTheClientStaysUsable(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      CountDownLatch inTheMiddle = new CountDownLatch(1);
      GreenletTask<String> task =
          onHub(
              runtime,
              () ->
                  post(
                      setting,
                      server.url("/upload"),
                      out -> {
                        out.write(new byte[10_000]);
                        out.flush();
                        inTheMiddle.countDown();
                        sleepForever();
                      }));
      inTheMiddle.await();
      task.kill("enough");

      assertThat(task.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
      server.openGate();
      await().until(() -> server.bodies() + server.tornBodies() == 1);
      assertThat(server.bodies())
          .as("HttpURLConnection completes the chunks of a failed writer")
          .isEqualTo(setting.client().equals("simple") ? 1 : 0);
      assertWorksOn(setting, runtime, server);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aLateAbortHitsNoOtherExchange(Setting setting) throws Exception {
    try (TestServer server = new TestServer();
        GreenletRuntime runtime = setting.runtime()) {
      CountDownLatch over = new CountDownLatch(1);
      GreenletTask<Boolean> late =
          onHub(
              runtime,
              () -> {
                try (ClientHttpResponse response = get(setting, server.url("/quick")).execute()) {
                  response.getBody().readNBytes("quick".length());
                  over.countDown();
                  sleepForever();
                  return true;
                }
              });
      over.await();
      GreenletTask<String> other =
          onHub(runtime, () -> read(setting, server.url("/head"), new CountDownLatch(1)));
      await().until(() -> server.requests() == 1);
      late.kill("enough");

      assertThat(late.join(PATIENCE)).isInstanceOf(Outcome.Killed.class);
      server.openGate();
      assertThat(other.get()).isEqualTo("head");
      assertThat(server.requests())
          .as("of the other exchange, which was not repeated")
          .isEqualTo(1);
    }
  }

  private static void assertTimedOut(GreenletTask<?> task) throws Exception {
    assertThat(task.join(PATIENCE))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.cause()).isInstanceOf(TimeoutException.class));
  }

  private static void assertWorksOn(Setting setting, GreenletRuntime runtime, TestServer server)
      throws Exception {
    GreenletTask<String> next =
        onHub(runtime, () -> read(setting, server.url("/quick"), new CountDownLatch(1)));
    assertThat(next.get()).isEqualTo("quick");
  }

  private static ConditionFactory await() {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  private static void sleepForever() throws IOException {
    try {
      Greenlets.sleep(Duration.ofDays(1));
    } catch (InterruptedException aborted) {
      throw new IOException(aborted); // on a client's own thread
    }
  }

  private static ClientHttpRequest get(Setting setting, String url) throws IOException {
    return setting.factory().createRequest(URI.create(url), HttpMethod.GET);
  }

  /** Reads the first half, then the rest. */
  private static String read(Setting setting, String url, CountDownLatch inTheMiddle)
      throws IOException {
    try (ClientHttpResponse response = get(setting, url).execute()) {
      byte[] first = response.getBody().readNBytes("first,".length());
      inTheMiddle.countDown();
      byte[] rest = response.getBody().readAllBytes();
      return new String(first, StandardCharsets.UTF_8) + new String(rest, StandardCharsets.UTF_8);
    }
  }

  /** Writes a body that never ends. */
  private static String upload(Setting setting, TestServer server, AtomicLong written)
      throws IOException {
    byte[] piece = new byte[64 * 1024];
    return post(
        setting,
        server.url("/upload"),
        out -> {
          while (true) {
            out.write(piece);
            written.addAndGet(piece.length);
          }
        });
  }

  private static String post(Setting setting, String url, StreamingHttpOutputMessage.Body body)
      throws IOException {
    ClientHttpRequest request = setting.factory().createRequest(URI.create(url), HttpMethod.POST);
    ((StreamingHttpOutputMessage) request).setBody(body);
    try (ClientHttpResponse response = request.execute()) {
      return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Waits until all buffers on the way are full. */
  private static void awaitStandstill(AtomicLong written) {
    await().until(() -> written.get() > 0);
    long[] before = {-1};
    await()
        .pollInterval(Duration.ofMillis(30))
        .until(
            () -> {
              long now = written.get();
              boolean still = now == before[0];
              before[0] = now;
              return still;
            });
  }

  /** A server that sends half of a response whose end is that of the connection. */
  private static final class HalfAnswer implements AutoCloseable {
    private static final String ANSWER =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nfirst,";

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    HalfAnswer() throws IOException {
      Thread.ofVirtual().start(this::answer);
    }

    private void answer() {
      try (Socket client = server.accept()) {
        client.getInputStream().read(); // else the response might come before the request
        OutputStream out = client.getOutputStream();
        out.write(ANSWER.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException disconnected) {
        // expected: the client aborts
      }
    }

    String url() {
      return "http://localhost:" + server.getLocalPort() + "/";
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
