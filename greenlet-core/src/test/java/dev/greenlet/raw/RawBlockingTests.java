package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Greenlets;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.raw.RawHost.Owner;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** One greenlet of a tree at a time, also while it is blocked. */
@EnumSource(RawHost.class)
class RawBlockingTests extends RawContract {
  private static final WaitReason READ = new WaitReason(WaitReason.SOCKET, "one byte");

  private final List<String> seen = new CopyOnWriteArrayList<>();

  @Test
  @DisplayName("blocked in a socket read, it keeps control of its tree; all others go on")
  void blockedInSocketRead() throws Throwable {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket peer = server.accept()) {
      Gate aboutToRead = new Gate();
      Owner owner =
          startOwner(
              () -> {
                RawGreenlet sibling =
                    new RawGreenlet(
                        value -> {
                          yieldToParent(null);
                          return seen.add("sibling");
                        });
                sibling.switchTo();
                RawGreenlet reader =
                    new RawGreenlet(
                        value -> {
                          seen.add("reading");
                          aboutToRead.open();
                          int read = SwitchPoint.call(READ, () -> client.getInputStream().read());
                          seen.add("read " + read);
                          return null;
                        });
                reader.switchTo();
                seen.add("main");
                sibling.switchTo();
              });
      aboutToRead.pass();

      // another tree, and another greenlet of the hub if there is one, switches and yields as it
      // likes
      RawGreenlet mine =
          new RawGreenlet(
              value -> {
                while (true) {
                  yieldToParent(value);
                }
              });
      for (int i = 0; i < 100; i++) {
        assertThat(mine.switchTo("mine")).isEqualTo("mine");
        Greenlets.yieldNow();
        assertThat(seen).containsExactly("reading");
      }

      peer.getOutputStream().write(7);
      owner.join();
    }
    assertThat(seen).containsExactly("reading", "read 7", "main", "sibling");
  }

  @Test
  @DisplayName("an interrupt reaches a suspended greenlet when control does")
  void interruptOfSuspended() {
    Thread mainThread = Thread.currentThread();
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              mainThread.interrupt();
              for (int i = 0; i < 10; i++) {
                Greenlets.yieldNow();
              }
              seen.add("child");
              return Thread.currentThread().isInterrupted();
            });

    assertThat(child.switchTo()).isEqualTo(false);
    seen.add("main");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(seen).containsExactly("child", "main");
  }

  @Test
  @DisplayName("a child that throws a wait's interrupt hands it to its parent, not the status")
  void interruptOfRunning() {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              Thread.currentThread().interrupt();
              new Gate().pass();
              return null;
            });

    org.assertj.core.api.Assertions.assertThatThrownBy(child::switchTo)
        .isInstanceOf(RawBodyException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
