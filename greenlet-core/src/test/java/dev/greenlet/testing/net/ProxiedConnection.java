package dev.greenlet.testing.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One client, its connection to the server, and the bytes in between. */
final class ProxiedConnection {
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final Socket client;
  private final Socket server;
  private final Consumer<ProxiedConnection> whenOver;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger openDirections = new AtomicInteger(2);

  ProxiedConnection(Socket client, Socket server, Consumer<ProxiedConnection> whenOver)
      throws IOException {
    this.client = client;
    this.server = server;
    this.whenOver = whenOver;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  /** Carries bytes until one end has no more to say. */
  void pump(Socket from, Socket to, Direction direction) {
    try {
      copy(from.getInputStream(), to, direction);
      to.shutdownOutput();
      if (openDirections.decrementAndGet() == 0) {
        end();
      }
    } catch (IOException broken) {
      reset();
    }
  }

  private void copy(InputStream in, Socket to, Direction direction) throws IOException {
    OutputStream out = to.getOutputStream();
    byte[] piece = new byte[8192];
    Budget budget = new Budget();
    while (true) {
      outliveStall(direction);
      int length = in.read(piece);
      Fault met = outliveStall(direction); // it may have begun while we read
      if (length < 0) {
        if (met instanceof Fault.Vanish) {
          outlive(met, direction); // so does the end
        }
        return;
      }
      switch (met) {
        case Fault.None(), Fault.Stall() -> out.write(piece, 0, length);
        case Fault.StallAfter(long bytes) -> {
          int passed = budget.take(met, bytes, length);
          out.write(piece, 0, passed);
          if (passed < length) {
            outlive(met, direction);
            out.write(piece, passed, length - passed);
          }
        }
        case Fault.Vanish() -> {}
        case Fault.ByteByByte() -> {
          for (int i = 0; i < length; i++) {
            out.write(piece, i, 1);
          }
        }
        case Fault.Delay(Duration each) -> {
          direction.awaitOtherThan(met, each, over::get);
          out.write(piece, 0, length);
        }
        case Fault.ResetAfter(long bytes) -> {
          out.write(piece, 0, budget.take(met, bytes, length));
          if (budget.isSpent()) {
            reset();
            return;
          }
        }
        case Fault.EndAfter(long bytes) -> {
          out.write(piece, 0, budget.take(met, bytes, length));
          if (budget.isSpent()) {
            return;
          }
        }
      }
    }
  }

  /** Waits while the direction stalls. Returns the fault that is in force then. */
  private Fault outliveStall(Direction direction) throws IOException {
    Fault met = direction.fault();
    while (met instanceof Fault.Stall) {
      outlive(met, direction);
      met = direction.fault();
    }
    return met;
  }

  private void outlive(Fault fault, Direction direction) throws IOException {
    direction.awaitOtherThan(fault, FOR_EVER, over::get);
    if (over.get()) {
      throw new IOException("the connection is over");
    }
  }

  /** Ends both sides with a reset. */
  void reset() {
    if (over.compareAndSet(false, true)) {
      reset(client);
      reset(server);
      whenOver.accept(this);
    }
  }

  private void end() throws IOException {
    if (over.compareAndSet(false, true)) {
      client.close();
      server.close();
      whenOver.accept(this);
    }
  }

  static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException closed) {
      // so it is
    }
  }

  /** How many bytes may still pass under a fault that counts them. */
  private static final class Budget {
    private Fault of = new Fault.None();
    private long left;

    int take(Fault counted, long whole, int wanted) {
      if (of != counted) {
        of = counted;
        left = whole;
      }
      int taken = (int) Math.min(left, wanted);
      left -= taken;
      return taken;
    }

    boolean isSpent() {
      return left == 0;
    }
  }
}
