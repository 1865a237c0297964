package dev.greenlet.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.Deadline;
import dev.greenlet.EachEngine;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Hub;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.TestEngine;
import dev.greenlet.testing.net.Fault;
import dev.greenlet.testing.net.FaultyTcpProxy;
import dev.greenlet.testing.net.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's TLS over hub sockets; the server is the JDK's on a thread of its own. */
@EachEngine
@Timeout(120)
class HubSSLSocketTests {
  private static SSLContext context;

  private final GreenletRuntime runtime;
  private final Hub hub;
  private SSLServerSocket listener;
  private FaultyTcpProxy proxy;
  private HubSSLSocketFactory factory;

  HubSSLSocketTests(TestEngine engine) {
    runtime = engine.builder().hubs(2).build();
    hub = runtime.hubs().getFirst();
  }

  @BeforeAll
  static void makeCertificate() throws Exception {
    context = SelfSigned.context();
  }

  @BeforeEach
  void listen() throws IOException {
    listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("tls-echo").start(this::echoAll);
    proxy = FaultyTcpProxy.to("localhost", listener.getLocalPort());
    factory = new HubSSLSocketFactory(context);
  }

  @AfterEach
  void close() throws IOException {
    runtime.close();
    proxy.close();
    listener.close();
  }

  private void echoAll() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofPlatform().daemon().start(() -> echo(client));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private static void echo(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
      client.shutdownOutput();
    } catch (IOException broken) {
      // the client sees it too
    }
  }

  private <T extends @Nullable Object> GreenletTask<T> start(Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(hub), body);
  }

  private <T extends @Nullable Object> T run(Callable<T> body) throws Exception {
    return start(body).get(60, TimeUnit.SECONDS);
  }

  private Socket connect() throws Exception {
    return run(() -> factory.createSocket("localhost", proxy.port()));
  }

  private static String exchange(Socket socket, String what) throws IOException {
    socket.getOutputStream().write(what.getBytes(US_ASCII));
    return new String(socket.getInputStream().readNBytes(what.length()), US_ASCII);
  }

  @Test
  void whatIsSaidIsHeardAndOthersRunMeanwhile() throws Exception {
    try (Socket socket = connect()) {
      assertThat(run(() -> exchange(socket, "hello"))).isEqualTo("hello");
      GreenletTask<Integer> reader = start(() -> socket.getInputStream().read());
      Awaitility.await().until(() -> reader.greenletState() == GreenletState.PARKED);
      assertThat(String.valueOf(reader.waitingOn())).isEqualTo("socket localhost:" + proxy.port());
      assertThat(run(() -> "runs")).isEqualTo("runs");
      run(
          () -> {
            socket.getOutputStream().write(5);
            return true;
          });
      assertThat(reader.get()).isEqualTo(5);
    }
  }

  @Test
  void muchPassesByteByByteToo() throws Exception {
    byte[] much = new byte[40_000];
    new Random(3).nextBytes(much);
    proxy.requests(new Fault.ByteByByte()).answers(new Fault.ByteByByte());
    try (Socket socket = connect()) {
      run(() -> exchange(socket, "shake hands"));
      GreenletTask<byte[]> reader = start(() -> socket.getInputStream().readNBytes(much.length));
      run(
          () -> {
            socket.getOutputStream().write(much);
            return true;
          });
      assertThat(Arrays.equals(reader.get(60, TimeUnit.SECONDS), much)).isTrue();
    }
  }

  @Test
  void aReadThatTimesOutLeavesTheSocketUsable() throws Exception {
    try (Socket socket = connect()) {
      run(() -> exchange(socket, "shake hands"));
      socket.setSoTimeout(50);
      assertThatThrownBy(() -> run(() -> socket.getInputStream().read()))
          .hasCauseInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout(30_000);
      assertThat(run(() -> exchange(socket, "still here"))).isEqualTo("still here");
    }
  }

  @Test
  void aReadThatIsCancelledInTheMiddleOfARecordLosesNothing() throws Exception {
    int inItsHeader = 3;
    int inItsBody = 20;
    for (int passed : new int[] {0, inItsHeader, inItsBody}) {
      try (Socket socket = connect()) {
        run(() -> exchange(socket, "shake hands"));
        proxy.answers(new Fault.StallAfter(passed));
        String answer =
            run(
                () -> {
                  socket.getOutputStream().write("a whole record".getBytes(US_ASCII));
                  return Deadline.within(
                      Duration.ofMillis(200),
                      () -> new String(socket.getInputStream().readNBytes(14), US_ASCII),
                      "late");
                });
        assertThat(answer).isEqualTo("late");
        proxy.heal();
        assertThat(run(() -> new String(socket.getInputStream().readNBytes(14), US_ASCII)))
            .isEqualTo("a whole record");
        assertThat(run(() -> exchange(socket, "still here"))).isEqualTo("still here");
      }
    }
  }

  @Test
  void aCancelledWriteEndsTheConnection() throws Exception {
    try (Socket socket = connect()) {
      run(() -> exchange(socket, "shake hands"));
      proxy.requests(new Fault.Stall());
      GreenletTask<Boolean> writer =
          start(
              () -> {
                socket.getOutputStream().write(new byte[64 << 20]);
                return true;
              });
      Awaitility.await().until(() -> writer.greenletState() == GreenletState.PARKED);

      writer.kill("test");

      assertThat(writer.join()).isInstanceOf(Outcome.Killed.class);
      proxy.heal();
      assertThatThrownBy(() -> run(() -> exchange(socket, "more")))
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void aHandshakeThatGetsNoAnswerTimesOut() throws Exception {
    proxy.answers(new Fault.Stall());
    Socket socket = connect();
    socket.setSoTimeout(50);
    assertThatThrownBy(
            () ->
                run(
                    () -> {
                      ((SSLSocket) socket).startHandshake();
                      return true;
                    }))
        .hasCauseInstanceOf(IOException.class);
    proxy.resetAll();
    socket.close();
  }

  @Test
  void aPendingReadFailsOnClose() throws Exception {
    Socket socket = connect();
    run(() -> exchange(socket, "shake hands"));
    GreenletTask<Integer> reader = start(() -> socket.getInputStream().read());
    Awaitility.await().until(() -> reader.greenletState() == GreenletState.PARKED);
    socket.close();
    assertThat(reader.join(Duration.ofSeconds(30))).isNotNull();
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void afterItsLastWordASocketStillHears() throws Exception {
    try (Socket socket = connect()) {
      byte[] all =
          run(
              () -> {
                socket.getOutputStream().write("last words".getBytes(US_ASCII));
                socket.shutdownOutput();
                return socket.getInputStream().readAllBytes();
              });
      assertThat(all).asString(US_ASCII).isEqualTo("last words");
    }
  }

  @Test
  void aDriverLayersItsOwn() throws Exception {
    Socket layered =
        run(
            () -> {
              Socket plain = new HubSocketFactory().createSocket();
              plain.connect(proxy.address(), 10_000);
              return context
                  .getSocketFactory()
                  .createSocket(plain, "localhost", proxy.port(), true);
            });
    assertThat(run(() -> exchange(layered, "over TLS"))).isEqualTo("over TLS");
    layered.close();
  }

  @Test
  void aResetIsTold() throws Exception {
    try (Socket socket = connect()) {
      run(() -> exchange(socket, "shake hands"));
      GreenletTask<Integer> reader = start(() -> socket.getInputStream().read());
      Awaitility.await().until(() -> reader.greenletState() == GreenletState.PARKED);
      proxy.resetAll();
      assertThatThrownBy(() -> reader.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void anUnconnectedOneIsRefusedAsTheJdkExpects() {
    assertThatThrownBy(() -> factory.createSocket())
        .isInstanceOf(SocketException.class)
        .hasCauseInstanceOf(UnsupportedOperationException.class);
  }
}
