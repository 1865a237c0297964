package dev.greenlet.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.testing.net.FullBacklog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of {@link Socket}, whichever thread calls. The peer is a plain one. */
@Timeout(120)
abstract class SocketContract {
  private static final byte[] MUCH = new byte[4 << 20];

  static {
    new Random(7).nextBytes(MUCH);
  }

  private final List<Socket> opened = new ArrayList<>();
  private ServerSocket listener;

  /** An unconnected socket of the sort that is tested. */
  abstract Socket newSocket() throws IOException;

  /** Makes a call at the place that is tested, beside the test. */
  abstract <T extends @Nullable Object> Future<T> start(Callable<T> call);

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void closeAll() throws IOException {
    for (Socket socket : opened) {
      socket.close();
    }
    listener.close();
  }

  /** Makes a call at the place that is tested, and waits for it. */
  private <T extends @Nullable Object> T run(Callable<T> call) throws Exception {
    return result(start(call));
  }

  private static <T extends @Nullable Object> T result(Future<T> future) throws Exception {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failed;
    }
  }

  private Socket opened(Socket socket) {
    opened.add(socket);
    return socket;
  }

  private Socket unconnected() throws Exception {
    return opened(run(this::newSocket));
  }

  private Socket connected() throws Exception {
    Socket socket = unconnected();
    run(
        () -> {
          socket.connect(listener.getLocalSocketAddress());
          return true;
        });
    return socket;
  }

  private Socket accepted() throws IOException {
    Socket peer = opened(listener.accept());
    peer.setSoTimeout(30_000);
    return peer;
  }

  private static void say(Socket socket, String what) throws IOException {
    socket.getOutputStream().write(what.getBytes(US_ASCII));
  }

  private static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
  }

  // --- bytes ------------------------------------------------------------------------------------

  @Test
  void whatIsSaidIsHeardBothWays() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    Future<String> received = start(() -> read(socket, 6));
    run(
        () -> {
          say(socket, "question");
          return true;
        });
    assertThat(read(peer, 8)).isEqualTo("question");
    say(peer, "answer");
    assertThat(result(received)).isEqualTo("answer");
  }

  @Test
  void muchGoesBothWaysAtOnce() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    Future<byte[]> received = start(() -> socket.getInputStream().readNBytes(MUCH.length));
    Future<Boolean> sent =
        start(
            () -> {
              socket.getOutputStream().write(MUCH);
              return true;
            });
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                peer.getOutputStream().write(MUCH);
              } catch (IOException failure) {
                throw new AssertionError(failure);
              }
            });
    assertThat(Arrays.equals(peer.getInputStream().readNBytes(MUCH.length), MUCH)).isTrue();
    assertThat(result(sent)).isTrue();
    assertThat(Arrays.equals(result(received), MUCH)).isTrue();
  }

  @Test
  void singleBytesAreUnsigned() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    peer.getOutputStream().write(0xff);
    assertThat(run(() -> socket.getInputStream().read())).isEqualTo(0xff);
    run(
        () -> {
          socket.getOutputStream().write(0xfe);
          return true;
        });
    assertThat(peer.getInputStream().read()).isEqualTo(0xfe);
  }

  @Test
  void aReadTakesWhatIsThere() throws Exception {
    Socket socket = connected();
    say(accepted(), "abc");
    byte[] into = new byte[10];
    assertThat(run(() -> socket.getInputStream().read(into, 2, 8))).isEqualTo(3);
    assertThat(into).startsWith(0, 0, 'a', 'b', 'c', 0);
    assertThat(run(() -> socket.getInputStream().read(into, 0, 0))).isZero();
    assertThatThrownBy(() -> run(() -> socket.getInputStream().read(into, 5, 6)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void availableSaysWhatCanBeHadWithoutWaiting() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    assertThat(run(() -> socket.getInputStream().available())).isZero();
    say(peer, "abc");
    Awaitility.await().until(() -> run(() -> socket.getInputStream().available()) == 3);
  }

  @Test
  void twoReadersTakeTurns() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    Future<Integer> one = start(() -> socket.getInputStream().read());
    Future<Integer> other = start(() -> socket.getInputStream().read());
    say(peer, "a");
    say(peer, "b");
    assertThat(List.of(result(one), result(other))).containsExactlyInAnyOrder((int) 'a', (int) 'b');
  }

  @Test
  void urgentDataIsReadInline() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    peer.setOOBInline(true);
    run(
        () -> {
          socket.sendUrgentData('!');
          return true;
        });
    assertThat(peer.getInputStream().read()).isEqualTo('!');
  }

  // --- timeouts ---------------------------------------------------------------------------------

  @Test
  void aReadThatTimesOutLeavesTheSocketUsable() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    run(
        () -> {
          socket.setSoTimeout(50);
          return true;
        });
    long start = System.nanoTime();
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> run(() -> socket.getInputStream().read()))
        .withMessage("Read timed out");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
    run(
        () -> {
          socket.setSoTimeout(30_000);
          return true;
        });
    say(peer, "late");
    assertThat(run(() -> read(socket, 4))).isEqualTo("late");
    assertThat(run(socket::getSoTimeout)).isEqualTo(30_000);
  }

  @Test
  void aConnectThatTimesOutClosesTheSocket() throws Exception {
    try (FullBacklog fullBacklog = FullBacklog.open()) {
      Socket socket = unconnected();
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(
              () ->
                  run(
                      () -> {
                        socket.connect(fullBacklog.address(), 100);
                        return true;
                      }))
          .withMessage("Connect timed out");
      assertThat(socket.isClosed()).isTrue();
      assertThat(socket.isConnected()).isFalse();
    }
  }

  // --- connecting -------------------------------------------------------------------------------

  @Test
  void aRefusedConnectFailsAndClosesTheSocket() throws Exception {
    listener.close();
    Socket socket = unconnected();
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(
            () ->
                run(
                    () -> {
                      socket.connect(listener.getLocalSocketAddress());
                      return true;
                    }))
        .withMessageContaining("Connection refused");
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void anUnknownHostIsNamed() throws Exception {
    Socket socket = unconnected();
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(
            () ->
                run(
                    () -> {
                      socket.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1));
                      return true;
                    }))
        .withMessageContaining("nowhere.invalid");
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void whatMakesNoSenseIsRefused() throws Exception {
    Socket socket = unconnected();
    assertThatThrownBy(() -> socket.connect(null)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> socket.connect(listener.getLocalSocketAddress(), -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> socket.setSoTimeout(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> socket.setReceiveBufferSize(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(socket::getInputStream).hasMessage("Socket is not connected");
    assertThatThrownBy(socket::getOutputStream).hasMessage("Socket is not connected");
    Socket connected = connected();
    assertThatThrownBy(() -> run(() -> connectAgain(connected)))
        .isInstanceOf(SocketException.class)
        .hasMessage("Already connected");
  }

  private boolean connectAgain(Socket connected) throws IOException {
    connected.connect(listener.getLocalSocketAddress());
    return true;
  }

  @Test
  void theStatesAreTold() throws Exception {
    Socket socket = unconnected();
    assertThat(socket.isBound()).isFalse();
    assertThat(socket.isConnected()).isFalse();
    assertThat(socket.isClosed()).isFalse();
    assertThat(socket.getPort()).isZero();
    assertThat(socket.getLocalPort()).isEqualTo(-1);
    assertThat(socket.getInetAddress()).isNull();
    assertThat(socket.getRemoteSocketAddress()).isNull();
    assertThat(socket.getLocalSocketAddress()).isNull();
    assertThat(socket.getChannel()).isNull();
    assertThat(socket).hasToString("Socket[unconnected]");

    run(() -> connectAgain(socket));
    Socket peer = accepted();

    assertThat(socket.isBound()).isTrue();
    assertThat(socket.isConnected()).isTrue();
    assertThat(socket.getPort()).isEqualTo(listener.getLocalPort());
    assertThat(socket.getLocalPort()).isEqualTo(peer.getPort());
    assertThat(socket.getInetAddress()).isEqualTo(listener.getInetAddress());
    assertThat(socket.getRemoteSocketAddress()).isEqualTo(listener.getLocalSocketAddress());
    assertThat(socket.getLocalSocketAddress()).isEqualTo(peer.getRemoteSocketAddress());
    assertThat(socket.isInputShutdown()).isFalse();
    assertThat(socket.isOutputShutdown()).isFalse();

    run(
        () -> {
          socket.close();
          return true;
        });

    assertThat(socket.isClosed()).isTrue();
    assertThat(socket.isConnected()).isTrue();
    assertThat(socket.isBound()).isTrue();
    assertThat(socket.getPort()).isEqualTo(listener.getLocalPort());
    assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
    assertThatThrownBy(socket::getInputStream).hasMessage("Socket is closed");
    assertThatThrownBy(socket::getOutputStream).hasMessage("Socket is closed");
    assertThatThrownBy(socket::shutdownInput).hasMessage("Socket is closed");
    assertThatThrownBy(socket::getSoTimeout).hasMessage("Socket is closed");
    assertThatThrownBy(() -> socket.setTcpNoDelay(true)).hasMessage("Socket is closed");
    assertThatThrownBy(() -> socket.connect(listener.getLocalSocketAddress()))
        .hasMessage("Socket is closed");
    socket.close();
  }

  @Test
  void aSocketMayBeBoundFirst() throws Exception {
    Socket socket = unconnected();
    run(
        () -> {
          socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
          return true;
        });
    int port = socket.getLocalPort();
    assertThat(port).isPositive();
    assertThat(socket.isBound()).isTrue();
    assertThatThrownBy(() -> socket.bind(null)).hasMessage("Already bound");
    run(() -> connectAgain(socket));
    assertThat(accepted().getPort()).isEqualTo(port);
  }

  @Test
  void optionsAreKept() throws Exception {
    Socket socket = connected();
    run(
        () -> {
          socket.setTcpNoDelay(true);
          socket.setKeepAlive(true);
          socket.setReuseAddress(true);
          socket.setOOBInline(true);
          socket.setSoLinger(true, 3);
          socket.setTrafficClass(8);
          socket.setSendBufferSize(50_000);
          socket.setReceiveBufferSize(60_000);
          socket.setSoTimeout(70);
          return true;
        });
    assertThat(socket.getTcpNoDelay()).isTrue();
    assertThat(socket.getKeepAlive()).isTrue();
    assertThat(socket.getReuseAddress()).isTrue();
    assertThat(socket.getOOBInline()).isTrue();
    assertThat(socket.getSoLinger()).isEqualTo(3);
    socket.setSoLinger(false, 0);
    assertThat(socket.getSoLinger()).isEqualTo(-1);
    assertThat(socket.getTrafficClass()).isEqualTo(8);
    assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(50_000);
    assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(60_000);
    assertThat(socket.getSoTimeout()).isEqualTo(70);
    assertThat(socket.supportedOptions())
        .contains(StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.SO_LINGER);
    assertThat(
            socket
                .setOption(StandardSocketOptions.TCP_NODELAY, false)
                .getOption(StandardSocketOptions.TCP_NODELAY))
        .isFalse();
  }

  // --- ends -------------------------------------------------------------------------------------

  @Test
  void theEndIsHeardAndOneCanStillSpeak() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    Future<byte[]> all = start(() -> socket.getInputStream().readAllBytes());
    say(peer, "bye");
    peer.shutdownOutput();
    assertThat(result(all)).asString(US_ASCII).isEqualTo("bye");
    assertThat(run(() -> socket.getInputStream().read())).isEqualTo(-1);
    assertThat(run(() -> socket.getInputStream().available())).isZero();
    run(
        () -> {
          say(socket, "still here");
          return true;
        });
    assertThat(read(peer, 10)).isEqualTo("still here");
  }

  @Test
  void afterItsLastWordASocketStillHears() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    OutputStream out = socket.getOutputStream();
    run(
        () -> {
          out.write("bye".getBytes(US_ASCII));
          socket.shutdownOutput();
          return true;
        });
    assertThat(peer.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("bye");
    assertThat(socket.isOutputShutdown()).isTrue();
    assertThatThrownBy(
            () ->
                run(
                    () -> {
                      out.write(1);
                      return true;
                    }))
        .isInstanceOf(SocketException.class);
    assertThatThrownBy(socket::getOutputStream).hasMessage("Socket output is shutdown");
    assertThatThrownBy(socket::shutdownOutput).hasMessage("Socket output is already shutdown");
    say(peer, "answer");
    assertThat(run(() -> read(socket, 6))).isEqualTo("answer");
  }

  @Test
  void aPendingReadEndsWhenInputIsShutDown() throws Exception {
    Socket socket = connected();
    accepted();
    InputStream in = socket.getInputStream();
    Future<Integer> reading = start(in::read);
    awaitSettled();
    run(
        () -> {
          socket.shutdownInput();
          return true;
        });
    assertThat(result(reading)).isEqualTo(-1);
    assertThat(run(() -> in.read())).isEqualTo(-1);
    assertThat(run(() -> in.available())).isZero();
    assertThat(socket.isInputShutdown()).isTrue();
    assertThatThrownBy(socket::getInputStream).hasMessage("Socket input is shutdown");
    assertThatThrownBy(socket::shutdownInput).hasMessage("Socket input is already shutdown");
  }

  @Test
  void aPendingReadFailsOnClose() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    InputStream in = socket.getInputStream();
    Future<Integer> reading = start(in::read);
    awaitSettled();
    socket.close();
    assertThatThrownBy(() -> result(reading))
        .isInstanceOf(SocketException.class)
        .hasMessage("Socket closed");
    assertThatThrownBy(() -> run(() -> in.read()))
        .isInstanceOf(SocketException.class)
        .hasMessage("Socket closed");
    assertThat(peer.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aPendingWriteFailsOnClose() throws Exception {
    Socket socket = connected();
    accepted();
    Future<Boolean> writing =
        start(
            () -> {
              while (true) {
                socket.getOutputStream().write(MUCH);
              }
            });
    awaitSettled();
    socket.close();
    assertThatThrownBy(() -> result(writing)).isInstanceOf(SocketException.class);
  }

  @Test
  void aPendingConnectFailsOnClose() throws Exception {
    try (FullBacklog fullBacklog = FullBacklog.open()) {
      Socket socket = unconnected();
      Future<Boolean> connecting =
          start(
              () -> {
                socket.connect(fullBacklog.address());
                return true;
              });
      awaitSettled();
      socket.close();
      assertThatThrownBy(() -> result(connecting)).isInstanceOf(SocketException.class);
    }
  }

  /** Gives the call that was started the time to come to its wait; it must hold without, too. */
  private void awaitSettled() throws Exception {
    run(() -> true);
    run(() -> true);
  }

  @Test
  void closingAStreamClosesTheSocket() throws Exception {
    Socket one = connected();
    Socket other = connected();
    run(
        () -> {
          one.getInputStream().close();
          other.getOutputStream().close();
          return true;
        });
    assertThat(one.isClosed()).isTrue();
    assertThat(other.isClosed()).isTrue();
    assertThat(accepted().getInputStream().read()).isEqualTo(-1);
    assertThat(accepted().getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aResetIsTold() throws Exception {
    Socket socket = connected();
    Socket peer = accepted();
    Future<Integer> reading = start(() -> socket.getInputStream().read());
    peer.setSoLinger(true, 0);
    peer.close();
    assertThatThrownBy(() -> result(reading))
        .isInstanceOf(SocketException.class)
        .hasMessage("Connection reset");
    assertThatThrownBy(() -> run(() -> socket.getInputStream().read()))
        .isInstanceOf(SocketException.class)
        .hasMessage("Connection reset");
  }

  @Test
  void aWriteFailsWhenThePeerIsClosed() throws Exception {
    Socket socket = connected();
    accepted().close();
    assertThatThrownBy(
            () ->
                run(
                    () -> {
                      while (true) {
                        socket.getOutputStream().write(MUCH);
                      }
                    }))
        .isInstanceOf(SocketException.class);
  }
}
