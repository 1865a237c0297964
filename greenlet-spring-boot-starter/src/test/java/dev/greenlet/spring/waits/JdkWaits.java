package dev.greenlet.spring.waits;

import dev.greenlet.Greenlets;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.net.HubSocketFactory;
import dev.greenlet.reactive.Publishers;
import dev.greenlet.sync.GreenletEvent;
import dev.greenlet.sync.GreenletLock;
import dev.greenlet.sync.GreenletQueue;
import dev.greenlet.watchdog.BlockCause;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.SocketFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Waits of greenlets, of the JDK and of Reactor. */
final class JdkWaits {
  private static final Duration LONG = Duration.ofDays(1);

  private JdkWaits() {}

  /** A call, and what ends it. */
  private static Wait of(Call call, Call end) {
    return new Wait() {
      @Override
      void begin() throws Exception {
        call.run();
      }

      @Override
      void end(Thread waiting) throws Exception {
        end.run();
      }
    };
  }

  /** A sleep, which an interrupt ends. */
  private static Wait interrupted(Call sleep) {
    return new Wait() {
      @Override
      void begin() throws Exception {
        try {
          sleep.run();
        } catch (InterruptedException ended) {
          // as it should
        }
      }

      @Override
      void end(Thread waiting) {
        waiting.interrupt();
      }
    };
  }

  /** What may throw. */
  @FunctionalInterface
  interface Call {
    void run() throws Exception;
  }

  // --- greenlets --------------------------------------------------------------------------------

  static Wait greenletSleep() {
    return interrupted(() -> Greenlets.sleep(LONG));
  }

  static Wait greenletEvent() {
    GreenletEvent event = new GreenletEvent("event");
    return of(event::await, event::set);
  }

  static Wait greenletQueue() {
    GreenletQueue<String> queue = GreenletQueue.fifo(1, "queue");
    return of(queue::take, () -> queue.put("item"));
  }

  static Wait greenletLock() {
    GreenletLock lock = new GreenletLock("lock");
    CountDownLatch release = new CountDownLatch(1);
    holdUntil(release, lock::lock, lock::unlock);
    return of(
        () -> {
          lock.lock();
          lock.unlock();
        },
        release::countDown);
  }

  /** Waits for a child of the same lane, which waits itself. */
  static Wait join() {
    GreenletEvent event = new GreenletEvent("child may end");
    return of(
        () ->
            Greenlets.spawn(
                    () -> {
                      event.await();
                      return true;
                    })
                .join(),
        event::set);
  }

  static Wait described() {
    CountDownLatch latch = new CountDownLatch(1);
    return of(
        () -> {
          try (SwitchPoint _ = SwitchPoint.enter(new WaitReason(WaitReason.PARK, "latch"))) {
            latch.await();
          }
        },
        latch::countDown);
  }

  static Wait awaitedStage() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    return of(() -> Greenlets.await(stage), () -> stage.complete("value"));
  }

  static Wait awaitedMono() {
    Sinks.One<String> sink = Sinks.one();
    return of(() -> Publishers.await(sink.asMono()), () -> sink.tryEmitValue("value"));
  }

  static Wait hubSocketRead() throws IOException {
    return socketRead(new HubSocketFactory());
  }

  // --- the JDK and Reactor ----------------------------------------------------------------------

  static Wait threadSleep() {
    return interrupted(() -> Thread.sleep(LONG));
  }

  static Wait monitor() {
    Object monitor = new Object();
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              synchronized (monitor) {
                held.countDown();
                awaitUninterruptibly(release);
              }
            });
    awaitUninterruptibly(held);
    return of(
        () -> {
          synchronized (monitor) {
            release.await();
          }
        },
        release::countDown);
  }

  static Wait reentrantLock() {
    ReentrantLock lock = new ReentrantLock();
    CountDownLatch release = new CountDownLatch(1);
    holdUntil(release, lock::lock, lock::unlock);
    return of(
        () -> {
          lock.lock();
          lock.unlock();
        },
        release::countDown);
  }

  static Wait completableFuture() {
    CompletableFuture<String> future = new CompletableFuture<>();
    return of(future::get, () -> future.complete("value"));
  }

  static Wait blockingQueue() {
    BlockingQueue<String> queue = new ArrayBlockingQueue<>(1);
    return of(queue::take, () -> queue.add("item"));
  }

  static Wait monoBlock() {
    Sinks.One<String> sink = Sinks.one();
    Mono<String> mono = sink.asMono();
    return of(mono::block, () -> sink.tryEmitValue("value"));
  }

  static Wait socketRead() throws IOException {
    return socketRead(SocketFactory.getDefault());
  }

  private static Wait socketRead(SocketFactory sockets) throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Socket client = sockets.createSocket(server.getInetAddress(), server.getLocalPort());
    Socket peer = server.accept();
    return new Wait() {
      @Override
      void begin() throws Exception {
        client.getInputStream().read();
      }

      @Override
      void end(Thread waiting) throws Exception {
        peer.getOutputStream().write(1);
      }

      @Override
      void release() throws Exception {
        client.close();
        peer.close();
        server.close();
      }
    };
  }

  /** A pipe with a name is a file whose other end can be kept waiting for. */
  static Wait fileRead() throws Exception {
    Path pipe = NamedPipe.create();
    return new Wait() {
      @Override
      void begin() throws Exception {
        NamedPipe.read(pipe);
      }

      @Override
      void end(Thread waiting) throws Exception {
        NamedPipe.write(pipe);
      }

      @Override
      void release() throws Exception {
        Files.delete(pipe);
      }
    };
  }

  /** The resolver of {@link PipedResolverProvider} blocks in a system call, as a slow one does. */
  static Wait nameLookUp() throws Exception {
    Path pipe = NamedPipe.create();
    String host = PipedResolverProvider.hostFor(pipe);
    return new Wait() {
      @Override
      void begin() throws Exception {
        InetAddress.getByName(host);
      }

      @Override
      void end(Thread waiting) throws Exception {
        NamedPipe.write(pipe);
      }

      @Override
      void release() throws Exception {
        PipedResolverProvider.forget(host);
        Files.delete(pipe);
      }
    };
  }

  /** No wait at all, but it keeps a hub as one does. */
  static Wait computation() {
    AtomicBoolean over = new AtomicBoolean();
    return new Wait() {
      @Override
      void begin() {
        while (!over.get()) {
          Thread.onSpinWait();
        }
      }

      @Override
      Set<BlockCause> causes() {
        return EnumSet.of(BlockCause.CPU, BlockCause.WARM_UP);
      }

      @Override
      void end(Thread computing) {
        over.set(true);
      }
    };
  }

  // --- helpers ----------------------------------------------------------------------------------

  private static void holdUntil(CountDownLatch release, Runnable lock, Runnable unlock) {
    CountDownLatch held = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              lock.run();
              held.countDown();
              awaitUninterruptibly(release);
              unlock.run();
            });
    awaitUninterruptibly(held);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  /** A file that is a pipe: whoever opens one end waits for the other. */
  static final class NamedPipe {
    private NamedPipe() {}

    static Path create() throws Exception {
      Path pipe = Files.createTempDirectory("greenlet").resolve("pipe");
      int exit = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
      if (exit != 0) {
        throw new IOException("mkfifo " + pipe + " ended with " + exit);
      }
      return pipe;
    }

    static void read(Path pipe) throws IOException {
      try (InputStream in = new FileInputStream(pipe.toFile())) {
        in.readAllBytes();
      }
    }

    static void write(Path pipe) throws IOException {
      try (OutputStream out = Files.newOutputStream(pipe)) {
        out.write(1);
      }
    }
  }
}
