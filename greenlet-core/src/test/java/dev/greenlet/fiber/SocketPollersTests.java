package dev.greenlet.fiber;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.Lane;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.testing.JavaCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** In a JVM of its own, for the JDK starts its pollers once. */
class SocketPollersTests {

  @Test
  @DisplayName(
      "fact 2: however busy one hub and the shared lane are, another hub's socket reads go on")
  void howeverBusyTheOtherLanesAreAHubReadsItsSockets() throws Exception {
    Process jvm = JavaCommand.of(FreshJvm.class).withAddOpens().toProcess().start();
    String output = new String(jvm.getInputStream().readAllBytes());
    assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(output)
        .contains(
            "read while all others were busy: "
                + List.of(
                    new Outcome.Returned<>(true),
                    new Outcome.Returned<>(true),
                    new Outcome.Returned<>(true)));
  }

  /** The first read of all is one of a greenlet, whose hub is then kept busy. */
  static final class FreshJvm {
    public static void main(String[] args) throws Exception {
      try (GreenletRuntime runtime =
              GreenletRuntime.builder()
                  .engine(EngineChoice.NATIVE)
                  .hubs(2)
                  .sharedCarriers(2)
                  .build();
          ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
        Hub first = runtime.hubs().get(0);
        Hub second = runtime.hubs().get(1);
        try (Connection a = Connection.to(server);
            Connection b = Connection.to(server)) {
          GreenletTask<Integer> firstReader =
              runtime.spawn(SpawnOptions.named("a").on(first), a::read);
          while (firstReader.switches() == 0) {
            Thread.onSpinWait();
          }
          a.answer();
          firstReader.get();

          AtomicBoolean readElsewhere = new AtomicBoolean();
          List<GreenletTask<Boolean>> busy =
              Stream.of(first, runtime.sharedLane(), runtime.sharedLane())
                  .map(lane -> runtime.spawn(on(lane), () -> spinUntil(readElsewhere)))
                  .toList();
          while (busy.stream().anyMatch(task -> task.switches() == 0)) {
            Thread.onSpinWait();
          }
          GreenletTask<Integer> secondReader =
              runtime.spawn(SpawnOptions.named("b").on(second), b::read);
          while (secondReader.switches() == 0) {
            Thread.onSpinWait();
          }
          b.answer();
          secondReader.get();
          readElsewhere.set(true);
          System.out.println("read while all others were busy: " + Greenlets.joinAll(busy));
        }
      }
    }

    private static SpawnOptions on(Lane lane) {
      return SpawnOptions.named("busy").on(lane);
    }

    private static boolean spinUntil(AtomicBoolean condition) {
      long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (!condition.get() && System.nanoTime() < giveUp) {
        Thread.onSpinWait();
      }
      return condition.get();
    }

    private record Connection(Socket client, Socket peer) implements AutoCloseable {
      static Connection to(ServerSocket server) throws Exception {
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        return new Connection(client, server.accept());
      }

      int read() throws Exception {
        return client.getInputStream().read();
      }

      void answer() throws Exception {
        peer.getOutputStream().write(1);
      }

      @Override
      public void close() throws IOException {
        client.close();
        peer.close();
      }
    }
  }
}
