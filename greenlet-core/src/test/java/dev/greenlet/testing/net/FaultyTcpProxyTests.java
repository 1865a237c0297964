package dev.greenlet.testing.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultyTcpProxyTests {
  private ServerSocket listener;
  private FaultyTcpProxy proxy;
  private Socket client;
  private Socket server;

  @BeforeEach
  void connect() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    proxy = FaultyTcpProxy.to(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
    client = new Socket(proxy.address().getAddress(), proxy.port());
    client.setTcpNoDelay(true);
    client.setSoTimeout(30_000);
    server = listener.accept();
    server.setSoTimeout(30_000);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    proxy.close();
    listener.close();
  }

  @Test
  void withoutAFaultBytesAndTheirEndPassBothWays() throws IOException {
    say(client, "question");
    assertThat(hear(server, 8)).isEqualTo("question");
    say(server, "answer");
    client.shutdownOutput();
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    server.shutdownOutput();
    assertThat(client.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("answer");
    Awaitility.await().until(() -> proxy.open() == 0);
  }

  @Test
  void stalledBytesPassWhenHealed() throws IOException {
    proxy.requests(new Fault.Stall());
    say(client, "late");
    assertNothingComes(server);

    proxy.heal();

    assertThat(hear(server, 4)).isEqualTo("late");
  }

  @Test
  void bytesStallInTheMiddleAndPassWhenHealed() throws IOException {
    proxy.requests(new Fault.StallAfter(3));
    say(client, "in the middle");
    assertThat(hear(server, 3)).isEqualTo("in ");
    assertNothingComes(server);

    proxy.heal();

    assertThat(hear(server, 10)).isEqualTo("the middle");
  }

  @Test
  void vanishedBytesAreGoneAndSoIsTheEnd() throws IOException {
    proxy.answers(new Fault.Vanish());
    say(server, "lost");
    server.shutdownOutput();
    assertNothingComes(client);

    proxy.heal();

    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void byteByByteAllPass() throws IOException {
    proxy.requests(new Fault.ByteByByte());
    say(client, "piecemeal");
    assertThat(hear(server, 9)).isEqualTo("piecemeal");
  }

  @Test
  void delayedBytesPassWhenTheirTimeHasCome() throws IOException {
    proxy.requests(new Fault.Delay(Duration.ofMillis(50)));
    long start = System.nanoTime();
    say(client, "slow");
    assertThat(hear(server, 4)).isEqualTo("slow");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
  }

  @Test
  void afterSomeBytesBothEndsAreReset() throws IOException {
    proxy.answers(new Fault.ResetAfter(3));
    say(server, "answer");
    assertThatThrownBy(() -> client.getInputStream().readNBytes(6))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
  }

  @Test
  void afterSomeBytesOneDirectionEndsAndTheOtherGoesOn() throws IOException {
    proxy.answers(new Fault.EndAfter(3));
    say(server, "answer");
    assertThat(client.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("ans");
    say(client, "still here");
    assertThat(hear(server, 10)).isEqualTo("still here");
  }

  @Test
  void whoIsRefusedIsReset() throws IOException {
    proxy.refuse();
    try (Socket refused = new Socket(proxy.address().getAddress(), proxy.port())) {
      assertThatThrownBy(() -> refused.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    assertThat(proxy.accepted()).isEqualTo(2);
  }

  @Test
  void aResetEndsAStall() throws IOException {
    proxy.requests(new Fault.Stall()).answers(new Fault.Stall());
    say(client, "never");
    proxy.resetAll();
    assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThat(proxy.open()).isZero();
  }

  private static void say(Socket socket, String what) throws IOException {
    socket.getOutputStream().write(what.getBytes(US_ASCII));
  }

  private static String hear(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
  }

  private static void assertNothingComes(Socket socket) throws IOException {
    int before = socket.getSoTimeout();
    socket.setSoTimeout(100);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(before);
  }
}
