package dev.greenlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.net.HubSocketFactory;
import dev.greenlet.reactive.PublisherIterator;
import dev.greenlet.reactive.Publishers;
import dev.greenlet.schedule.ReadyOrder;
import dev.greenlet.scope.GreenletPool;
import dev.greenlet.scope.GreenletScope;
import dev.greenlet.scope.ScopeFailedException;
import dev.greenlet.sync.Channel;
import dev.greenlet.sync.GreenletEvent;
import dev.greenlet.sync.GreenletLock;
import dev.greenlet.sync.GreenletQueue;
import dev.greenlet.sync.GreenletSemaphore;
import dev.greenlet.sync.Promise;
import dev.greenlet.sync.Received;
import dev.greenlet.sync.Select;
import dev.greenlet.testing.EngineFixture;
import dev.greenlet.testing.ManualTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;

/** Compiles, runs and asserts the examples of docs/core.md; each stands there as it stands here. */
@EachEngine
class CoreExamplesTests extends EngineFixture {
  private static final Duration LONG = Duration.ofDays(1);

  CoreExamplesTests(TestEngine engine) {
    super(engine.builder());
  }

  @Test
  void firstProgram() throws Exception {
    String greeting;
    // @start region=runtime
    try (GreenletRuntime runtime = GreenletRuntime.builder().hubs(2).build()) {
      Hub hub = runtime.hubs().getFirst();
      GreenletTask<String> task =
          runtime.spawn(SpawnOptions.named("hello").on(hub), () -> "hello, world");
      greeting = task.get();
    }
    // @end
    assertThat(greeting).isEqualTo("hello, world");
  }

  @Test
  void tasksAndOutcomes() throws Exception {
    script(
        () -> {
          // @start region=outcome
          GreenletTask<Integer> good = Greenlets.spawn("good", () -> 6 * 7);
          GreenletTask<Integer> bad = Greenlets.spawn("bad", () -> Integer.parseInt("seven"));
          List<String> ends = new ArrayList<>();
          for (Outcome<Integer> outcome : Greenlets.joinAll(List.of(good, bad))) {
            ends.add(
                switch (outcome) {
                  case Outcome.Returned<Integer>(Integer value) -> "returned " + value;
                  case Outcome.Failed<Integer>(Throwable cause) -> "threw " + cause.getMessage();
                  case Outcome.Killed<Integer>(GreenletExit exit) -> exit.getMessage();
                });
          }
          // @end
          assertThat(ends).containsExactly("returned 42", "threw For input string: \"seven\"");
        });
  }

  @Test
  void inTheOrderOfTheirEnds() throws Exception {
    script(
        () -> {
          GreenletTask<String> slow =
              Greenlets.spawn(
                  () -> {
                    Greenlets.yieldNow();
                    Greenlets.yieldNow();
                    return "slow";
                  });
          GreenletTask<String> fast = Greenlets.spawn(() -> "fast");
          List<String> results = new ArrayList<>();
          // @start region=iwait
          try (CompletedTasks<String> done = Greenlets.asCompleted(List.of(slow, fast))) {
            for (GreenletTask<String> task : done) {
              results.add(task.get());
            }
          }
          // @end
          assertThat(results).containsExactly("fast", "slow");
        });
  }

  @Test
  void killAndShielding() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          // @start region=kill
          GreenletTask<String> worker =
              Greenlets.spawn(
                  "worker",
                  () -> {
                    Greenlets.<@Nullable Void, InterruptedException>shielded(
                        () -> {
                          Greenlets.yieldNow(); // a switch point, where no kill arrives
                          trail.add("written whole");
                          return null;
                        });
                    Greenlets.sleep(Duration.ofDays(1)); // here it does
                    return "never";
                  });
          Greenlets.yieldNow(); // lets it begin
          worker.kill("no longer wanted"); // does not wait
          Outcome<String> outcome = worker.join();
          // @end
          assertThat(trail).containsExactly("written whole");
          assertThat(outcome)
              .isInstanceOfSatisfying(
                  Outcome.Killed.class,
                  killed ->
                      assertThat(killed.exit())
                          .hasMessage("Greenlet 'worker' was killed: no longer wanted"));
        });
  }

  @Test
  void cleaningUp() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          // @start region=cleaning-up
          GreenletTask<String> importer =
              Greenlets.spawn(
                  "importer",
                  () -> {
                    try {
                      Greenlets.sleep(Duration.ofDays(1)); // ended by the kill
                      return "imported";
                    } finally {
                      Greenlets.<@Nullable Void, InterruptedException>shielded(
                          () -> {
                            Greenlets.sleep(Duration.ZERO); // without the shield: the exit again
                            trail.add("cleaned up");
                            return null;
                          });
                    }
                  });
          // @end
          Greenlets.yieldNow();
          importer.kill("no longer wanted");
          assertThat(importer.join()).isInstanceOf(Outcome.Killed.class);
          assertThat(trail).containsExactly("cleaned up");
        });
  }

  @Test
  void deadlines() throws Exception {
    GreenletTask<String> late =
        go(
            () ->
                // @start region=deadline
                Deadline.within(
                    Duration.ofSeconds(1),
                    () -> {
                      Greenlets.sleep(Duration.ofHours(1));
                      return "fresh";
                    },
                    "stale") // without a fallback: TimeoutException
            // @end
            );
    awaitParked(late);
    time.advance(Duration.ofSeconds(1));

    assertThat(late.get()).isEqualTo("stale");

    GreenletTask<String> thrown =
        go(
            () ->
                Deadline.within(
                    Duration.ofSeconds(1),
                    () -> {
                      Greenlets.sleep(LONG);
                      return "fresh";
                    }));
    awaitParked(thrown);
    time.advance(Duration.ofSeconds(1));
    assertThatThrownBy(thrown::get).hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void scopes() throws Exception {
    script(
        () -> {
          // @start region=scope
          String offer;
          try (GreenletScope scope = GreenletScope.failFast()) {
            GreenletTask<String> flight = scope.spawn(() -> "LH 400");
            GreenletTask<Integer> price = scope.spawn(() -> 420);
            scope.join(); // throws the first failure, after which the others are killed
            offer = flight.get() + " for " + price.get();
          }
          // @end
          assertThat(offer).isEqualTo("LH 400 for 420");
        });
    script(
        () -> {
          GreenletScope scope = GreenletScope.failFast();
          try (scope) {
            GreenletTask<String> sibling =
                scope.spawn(
                    () -> {
                      Greenlets.sleep(LONG);
                      return "never";
                    });
            scope.spawn(() -> Integer.parseInt("seven"));

            assertThatThrownBy(scope::join)
                .isInstanceOf(ScopeFailedException.class)
                .hasCauseInstanceOf(NumberFormatException.class);
            assertThat(sibling.outcome()).isInstanceOf(Outcome.Killed.class);
          }
        });
  }

  @Test
  void pools() throws Exception {
    script(
        () -> {
          // @start region=pool
          List<Integer> lengths;
          try (GreenletPool pool = GreenletPool.of(2)) {
            lengths = pool.map(List.of("a", "bb", "ccc"), String::length).toList();
          }
          // @end
          assertThat(lengths).containsExactly(1, 2, 3);
        });
  }

  @Test
  void eventsAndPromises() throws Exception {
    script(
        () -> {
          // @start region=event
          GreenletEvent open = new GreenletEvent("doors open");
          Promise<String> name = new Promise<>("name");
          GreenletTask<String> guest =
              Greenlets.spawn(
                  () -> {
                    open.await();
                    return "hello, " + name.get();
                  });
          open.set();
          name.complete("Ada"); // true: only the first completion counts
          String heard = guest.get();
          // @end
          assertThat(heard).isEqualTo("hello, Ada");
          assertThat(name.complete("Bob")).isFalse();
        });
  }

  @Test
  void queues() throws Exception {
    script(
        () -> {
          List<String> handled = new ArrayList<>();
          // @start region=queue
          GreenletQueue<String> jobs = GreenletQueue.fifo(10, "jobs");
          GreenletTask<?> worker =
              Greenlets.spawn(
                  () -> {
                    while (true) {
                      handled.add(jobs.take());
                      jobs.taskDone();
                    }
                  });
          jobs.put("first");
          jobs.put("second");
          jobs.join(); // until taskDone was called for each
          worker.kill("no more jobs");
          // @end
          assertThat(handled).containsExactly("first", "second");
        });
  }

  @Test
  void channelsAndSelect() throws Exception {
    script(
        () -> {
          // @start region=channel
          Channel<Integer> prices = Channel.rendezvous("prices");
          Channel<String> quit = Channel.buffered(1, "quit");
          Greenlets.spawn(() -> prices.send(420)); // waits until it is received
          String what =
              Select.<String>of(
                      prices.onReceive(price -> "price " + price),
                      quit.onReceive(reason -> "quit: " + reason))
                  .await();
          prices.close();
          boolean over = prices.receive() instanceof Received.Closed<Integer>;
          // @end
          assertThat(what).isEqualTo("price 420");
          assertThat(over).isTrue();
        });
  }

  @Test
  void locks() throws Exception {
    script(
        () -> {
          List<String> seats = new ArrayList<>();
          // @start region=lock
          GreenletLock lock = new GreenletLock("seats");
          Condition added = lock.newCondition();
          GreenletTask<String> buyer =
              Greenlets.spawn(
                  () -> {
                    lock.lock();
                    try {
                      while (seats.isEmpty()) {
                        added.await();
                      }
                      return seats.removeFirst();
                    } finally {
                      lock.unlock();
                    }
                  });
          Greenlets.yieldNow(); // lets it wait
          lock.lock();
          try {
            seats.add("12A");
            added.signal();
          } finally {
            lock.unlock();
          }
          String bought = buyer.get();
          // @end
          assertThat(bought).isEqualTo("12A");
        });
  }

  @Test
  void semaphores() throws Exception {
    script(
        () -> {
          // @start region=semaphore
          GreenletSemaphore permits = GreenletSemaphore.bounded(1, "printer");
          permits.acquire();
          boolean second = permits.tryAcquire(Duration.ZERO); // looks, and does not wait
          permits.release();
          // @end
          assertThat(second).isFalse();
          assertThatThrownBy(permits::release).isInstanceOf(IllegalStateException.class);
        });
  }

  @Test
  void locals() throws Exception {
    script(
        () -> {
          // @start region=local
          GreenletLocal<String> own = GreenletLocal.withInitial(() -> "no parent");
          TreeLocal<String> shared = TreeLocal.withInitial(() -> "no request");
          own.set("parent");
          shared.set("request 7");
          GreenletTask<String> child = Greenlets.spawn(() -> own.get() + ", " + shared.get());
          String seen = child.get();
          // @end
          assertThat(seen).isEqualTo("no parent, request 7");
        });
  }

  @Test
  void stagesAndPublishers() throws Exception {
    CompletableFuture<String> stage = CompletableFuture.supplyAsync(() -> "LH 400");
    Publisher<Integer> publisher = FlowAdapters.toPublisher(new Prices());
    script(
        () -> {
          // @start region=await
          String flight = Greenlets.await(stage); // Publishers.await for a publisher of one value
          int cheapest = Integer.MAX_VALUE;
          try (PublisherIterator<Integer> prices =
              Publishers.each(publisher, 16)) { // 16 ahead, at most
            for (int price : prices) {
              cheapest = Math.min(cheapest, price);
            }
          } // cancels the subscription, if prices are left
          // @end
          assertThat(flight).isEqualTo("LH 400");
          assertThat(cheapest).isEqualTo(420);
        });
  }

  /** Publishes three prices to each subscriber. */
  private static final class Prices implements Flow.Publisher<Integer> {
    @Override
    public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
      try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>()) {
        publisher.subscribe(subscriber);
        List.of(500, 420, 480).forEach(publisher::submit);
      }
    }
  }

  @Test
  void neverStuckWithoutAWord() throws Exception {
    String why = "";
    // @start region=stuck
    try (GreenletRuntime runtime =
        GreenletRuntime.builder()
            .onStuck(StuckPolicy.failing())
            .stuckGrace(Duration.ofMillis(100)) // nothing has moved for that long
            .spawnSites(5)
            .build()) {
      GreenletEvent ready = new GreenletEvent("ready");
      GreenletTask<?> waiter =
          runtime.spawn(
              SpawnOptions.named("waiter"),
              () -> {
                ready.await(); // and nothing sets it
                return null;
              });
      if (waiter.join() instanceof Outcome.Failed<?>(DeadlockException stuck)) {
        why = stuck.getMessage(); // … 'waiter' … waits for event 'ready' … spawned at …
      }
    }
    // @end
    assertThat(why).contains("'waiter'", "waits for event 'ready'", "spawned at");
  }

  @Test
  void withoutSwitching() throws Exception {
    script(
        () -> {
          List<String> free = new ArrayList<>(List.of("12A"));
          List<String> sold = new ArrayList<>();
          // @start region=without-switching
          Greenlets.withoutSwitching(
              () -> {
                sold.add(free.removeFirst()); // a switch point in here would be refused
                return sold.size();
              });
          // @end
          assertThat(sold).containsExactly("12A");
          assertThatThrownBy(
                  () ->
                      Greenlets.<@Nullable Void, InterruptedException>withoutSwitching(
                          () -> {
                            Greenlets.sleep(LONG);
                            return null;
                          }))
              .isInstanceOf(UnexpectedSwitchException.class);
        });
  }

  @Test
  void timeInTheHandOfATest() throws Exception {
    // @start region=time
    ManualTime time = new ManualTime(); // a TimeSource whose clock the test advances
    try (GreenletRuntime runtime = GreenletRuntime.builder().time(time).build()) {
      GreenletTask<String> sleeper =
          runtime.spawn(
              SpawnOptions.named("sleeper").on(runtime.hubs().getFirst()),
              () -> {
                Greenlets.sleep(Duration.ofDays(1));
                return "rested";
              });
      Awaitility.await().until(() -> sleeper.greenletState() == GreenletState.PARKED);
      time.advance(Duration.ofDays(1));
      assertThat(sleeper.get()).isEqualTo("rested");
    }
    // @end
  }

  @Test
  void orderByASeed() throws Exception {
    assertThat(trailOf(7)).isEqualTo(trailOf(7)).hasSize(3);
  }

  // @start region=seed
  private String trailOf(long seed) throws Exception {
    StringBuilder trail = new StringBuilder();
    try (GreenletRuntime runtime =
        GreenletRuntime.builder().readyOrder(ReadyOrder.seeded(seed)).build()) {
      SpawnOptions onHub = SpawnOptions.defaults().on(runtime.hubs().getFirst());
      runtime
          .spawn(
              onHub,
              () -> {
                List<GreenletTask<StringBuilder>> racers = new ArrayList<>();
                for (String name : List.of("a", "b", "c")) {
                  racers.add(Greenlets.spawn(() -> trail.append(name)));
                }
                return Greenlets.joinAll(racers);
              })
          .get();
    }
    return trail.toString(); // the same for the same seed
  }

  // @end

  @Test
  void lanes() throws Exception {
    script(
        () -> {
          // @start region=offload
          Lane home = Greenlets.current().lane();
          Lane away = Greenlets.offload(() -> Greenlets.current().lane()); // long computations
          Lane back = Greenlets.current().lane();
          // @end
          assertThat(away).isSameAs(runtime.offloadLane());
          assertThat(back).isSameAs(home);
        });
  }

  @Test
  void aServerOfOnesOwn() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    script(
        () -> {
          Promise<Integer> port = new Promise<>("port");
          // @start region=server
          WaitReason clients = new WaitReason(WaitReason.SOCKET, "clients");
          GreenletTask<?> server =
              Greenlets.spawn(
                  "server",
                  () -> {
                    try (ServerSocket listener = new ServerSocket(0, 50, here)) {
                      port.complete(listener.getLocalPort());
                      while (true) { // a kill closes the listener, which ends accept
                        Socket client =
                            SwitchPoint.call(clients, listener::close, listener::accept);
                        Greenlets.spawn("echo", () -> echo(client));
                      }
                    }
                  });
          // @end
          try (Socket client = new HubSocketFactory().createSocket(here, port.get())) {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
          }
          Greenlets.yieldNow();
          server.kill("no more clients");
          assertThat(server.join()).isInstanceOf(Outcome.Killed.class);
          assertThatThrownBy(() -> new HubSocketFactory().createSocket(here, port.get()))
              .isInstanceOf(IOException.class);
        });
  }

  @Test
  void aSubprocess() throws Exception {
    byte[] document = "four".getBytes(StandardCharsets.US_ASCII);
    script(
        () -> {
          // @start region=subprocess
          WaitReason count = new WaitReason("process", "wc");
          Process process = new ProcessBuilder("wc", "-c").start();
          try (OutputStream in = process.getOutputStream()) {
            in.write(document);
          }
          String counted =
              SwitchPoint.call(
                  count,
                  process::destroy, // by a kill or at the end of a deadline
                  () -> new String(process.getInputStream().readAllBytes(), UTF_8));
          int status = Greenlets.await(process.onExit()).exitValue();
          // @end
          assertThat(counted.strip()).isEqualTo("4");
          assertThat(status).isZero();
        });
  }

  private static boolean echo(Socket client) throws IOException {
    try (client) {
      int heard =
          SwitchPoint.call(
              new WaitReason(WaitReason.SOCKET, "client"),
              client::close,
              () -> client.getInputStream().read());
      client.getOutputStream().write(heard);
    }
    return true;
  }

  @Test
  void eachExampleStandsInThePageAsItRunsHere() throws Exception {
    Path base = Path.of("").toAbsolutePath();
    Path module = base.endsWith("greenlet-core") ? base : base.resolve("greenlet-core");
    String page = Files.readString(module.resolveSibling("docs").resolve("core.md"));
    String here =
        Files.readString(module.resolve("src/test/java/dev/greenlet/CoreExamplesTests.java"));

    List<String> shown = blocks(page, "```java\n(.*?)```");
    List<String> run = blocks(here, "// @start region=[a-z-]+\n(.*?)// @end");
    assertThat(shown).isNotEmpty().containsExactlyInAnyOrderElementsOf(run);
  }

  private static List<String> blocks(String text, String pattern) {
    return Pattern.compile(pattern, Pattern.DOTALL)
        .matcher(text)
        .results()
        .map((MatchResult block) -> block.group(1).replaceAll("\\s+", " ").strip())
        .toList();
  }
}
