package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of the JDK that wait for what never comes, each with what ends it. */
@EachEngine
class CancelledIoTests extends HubContract {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private final List<AutoCloseable> open = new ArrayList<>();
  private ServerSocket listener;
  private List<EndlessWait> waits;

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // by open()
  CancelledIoTests(TestEngine engine) {
    super(engine);
  }

  /** A call that does not return, and what makes it fail. */
  private record EndlessWait(
      String name, Cancellation cancellation, BlockingCall<?, Exception> call) {
    boolean await() throws Exception {
      SwitchPoint.call(new WaitReason(WaitReason.SOCKET, name), cancellation, call);
      return true;
    }
  }

  @BeforeEach
  void open() throws IOException {
    listener = opened(new ServerSocket(0, 50, HERE));
    ServerSocketChannel channelListener = opened(ServerSocketChannel.open());
    channelListener.bind(new InetSocketAddress(HERE, 0));
    DatagramSocket datagrams = opened(new DatagramSocket(0, HERE));
    DatagramChannel datagramChannel = opened(DatagramChannel.open());
    datagramChannel.bind(new InetSocketAddress(HERE, 0));
    ServerSocket silent = opened(new ServerSocket(0, 50, HERE));
    Socket reader = opened(new Socket(HERE, silent.getLocalPort()));
    SocketChannel channel = opened(SocketChannel.open(silent.getLocalSocketAddress()));
    Pipe pipe = Pipe.open();
    opened(pipe.sink());
    WatchService watch = opened(FileSystems.getDefault().newWatchService());
    waits =
        List.of(
            new EndlessWait("accept", listener::close, listener::accept),
            new EndlessWait("accept of a channel", channelListener::close, channelListener::accept),
            new EndlessWait(
                "receive",
                datagrams::close,
                () -> {
                  datagrams.receive(new DatagramPacket(new byte[1], 1));
                  return true;
                }),
            new EndlessWait(
                "receive of a channel",
                datagramChannel::close,
                () -> datagramChannel.receive(ByteBuffer.allocate(1))),
            new EndlessWait("read", reader::close, () -> reader.getInputStream().read()),
            new EndlessWait(
                "read of a channel", channel::close, () -> channel.read(ByteBuffer.allocate(1))),
            new EndlessWait(
                "read of a pipe",
                pipe.source()::close,
                () -> pipe.source().read(ByteBuffer.allocate(1))),
            new EndlessWait("watch of " + directory, watch::close, watch::take));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static void awaitWaiting(List<? extends GreenletTask<?>> waiting) {
    await().until(() -> waiting.stream().allMatch(each -> each.waitingOn() != null));
  }

  private List<GreenletTask<Boolean>> startAll() {
    List<GreenletTask<Boolean>> started =
        waits.stream().map(wait -> onHub(wait.name, wait::await)).toList();
    awaitWaiting(started);
    return started;
  }

  @Test
  void aKillEndsEach() throws Exception {
    for (GreenletTask<?> waiting : startAll()) {
      waiting.kill("test");
      assertThat(waiting.join()).as(waiting.name()).isInstanceOf(Outcome.Killed.class);
    }
  }

  @Test
  void aDeadlineEndsEachAndItsOwnerTimesOut() throws Exception {
    for (EndlessWait wait : waits) {
      GreenletTask<Boolean> late =
          onHub(wait.name, () -> Deadline.within(Duration.ofMillis(20), wait::await));
      assertThat(late.join())
          .as(wait.name)
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> assertThat(failed.cause()).isInstanceOf(TimeoutException.class));
    }
  }

  @Test
  void theCloseOfTheRuntimeEndsAllAndDoesNotSpendItsGrace() throws Exception {
    List<GreenletTask<Boolean>> all = startAll();

    runtime.close(Duration.ofHours(1)); // the test would time out

    for (GreenletTask<?> each : all) {
      assertThat(each.join()).as(each.name()).isInstanceOf(Outcome.Killed.class);
    }
  }

  @Test
  void aKillBetweenTwoCallsEndsALoopToo() throws Exception {
    GreenletTask<Boolean> loop =
        onHub(
            "loop",
            () -> {
              while (true) {
                SwitchPoint.call(
                        new WaitReason(WaitReason.SOCKET, "clients"),
                        listener::close,
                        listener::accept)
                    .close();
              }
            });
    awaitWaiting(List.of(loop));
    for (int i = 0; i < 10; i++) {
      new Socket(HERE, listener.getLocalPort()).close();
    }
    loop.kill("test");

    assertThat(loop.join()).isInstanceOf(Outcome.Killed.class);
  }
}
