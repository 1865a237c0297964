package dev.greenlet.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.SpawnOptions;
import dev.greenlet.SwitchPoint;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import dev.greenlet.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time passes for the watchdog when the test says so, and so it looks when the test says so. */
@EachEngine
@Timeout(60)
class HubWatchdogTests {
  private static final Duration THRESHOLD = Duration.ofMillis(100);

  private final ManualTime time = new ManualTime();
  private final AtomicLong loadedClasses = new AtomicLong();
  private final WatchdogOptions options =
      WatchdogOptions.defaults().withTime(time).withLoadedClasses(loadedClasses::get);
  private final RecordedEvents events = new RecordedEvents();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<BusyGreenlet> busy = new ArrayList<>();
  private final GreenletRuntime runtime;
  private final Hub hub;
  private final Hub otherHub;
  private HubWatchdog watchdog;

  HubWatchdogTests(TestEngine engine) {
    runtime = engine.builder().name("web").hubs(2).build();
    hub = runtime.hubs().getFirst();
    otherHub = runtime.hubs().getLast();
    watchdog = new HubWatchdog(runtime, options);
  }

  @BeforeEach
  void listen() {
    watchdog.addListener(events);
  }

  @AfterEach
  void stop() throws Exception {
    release.countDown();
    for (BusyGreenlet greenlet : busy) {
      greenlet.stop();
    }
    watchdog.close();
    runtime.close();
  }

  @Test
  void reportsTheBlockingGreenletOnceAndTheRecovery() throws Exception {
    BusyGreenlet greenlet = busyOn(hub, "GET /x");
    look();
    pass(THRESHOLD.dividedBy(2));
    assertThat(events.blocked).isEmpty();
    pass(THRESHOLD.dividedBy(2));

    assertThat(events.blocked).hasSize(1);
    HubBlockedEvent event = events.blocked.getFirst();
    assertThat(event.hub()).isEqualTo("web-0");
    assertThat(event.greenletId()).hasValue(greenlet.id());
    assertThat(event.greenletName()).isEqualTo("GET /x");
    assertThat(event.duration()).isEqualTo(THRESHOLD);
    assertThat(event.threshold()).isEqualTo(THRESHOLD);
    assertThat(event.cause()).isEqualTo(BlockCause.CPU);
    assertThat(event.suppressed()).isZero();
    assertThat(event.stack())
        .anyMatch(frame -> frame.getClassName().equals(BusyGreenlet.class.getName()));
    assertThat(String.valueOf(event.frame())).contains("BusyGreenlet.compute");
    assertThat(watchdog.isBlocked(hub)).isTrue();
    assertThat(watchdog.isBlocked(otherHub)).isFalse();

    pass(Duration.ofMillis(900));
    assertThat(events.blocked).hasSize(1);
    assertThat(events.recovered).isEmpty();

    finish(greenlet);
    look();
    assertThat(events.recovered)
        .containsExactly(new HubRecoveredEvent(event, Duration.ofSeconds(1)));
    assertThat(watchdog.isBlocked(hub)).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(events.recovered).hasSize(1);
  }

  @Test
  void namesAGreenletThatBlocksInTheListenersOfItsEnd() throws Exception {
    CountDownLatch inListener = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    GreenletTask<Integer> greenlet =
        onHub(
            "GET /x",
            () -> {
              Greenlets.current()
                  .onEnd(
                      () -> {
                        inListener.countDown();
                        spinUntil(over);
                      });
              return 1;
            });
    inListener.await();
    look();
    pass(THRESHOLD);
    over.set(true);

    assertThat(events.blocked).hasSize(1);
    assertThat(events.blocked.getFirst().greenletName()).isEqualTo("GET /x");
    assertThat(events.blocked.getFirst().greenletId()).hasValue(greenlet.id());
    assertThat(runtime.live()).isEmpty();
    assertThat(runtime.find(greenlet.id())).isNull();
  }

  @Test
  void tellsEveryIncidentAnew() throws Exception {
    for (int incident = 1; incident <= 3; incident++) {
      block(hub, "incident " + incident);
      assertThat(events.blocked).hasSize(incident);
      assertThat(events.recovered).hasSize(incident);
    }
    assertThat(events.blocked)
        .extracting(HubBlockedEvent::greenletName)
        .containsExactly("incident 1", "incident 2", "incident 3");
  }

  @Test
  void tellsTheSlicesOfOneGreenletApart() throws Exception {
    AtomicBoolean firstOver = new AtomicBoolean();
    AtomicBoolean secondOver = new AtomicBoolean();
    CountDownLatch second = new CountDownLatch(1);
    GreenletTask<Integer> greenlet =
        onHub(
            "two slices",
            () -> {
              spinUntil(firstOver);
              Greenlets.yieldNow();
              second.countDown();
              spinUntil(secondOver);
              return 1;
            });
    eventually(() -> hub.slice() != null);
    look();
    pass(THRESHOLD.dividedBy(2));
    firstOver.set(true);
    second.await();
    pass(THRESHOLD.dividedBy(2));
    assertThat(events.blocked).isEmpty();

    pass(THRESHOLD);
    assertThat(events.blocked).hasSize(1);
    secondOver.set(true);
    assertThat(greenlet.get()).isEqualTo(1);
  }

  @Test
  void watchesHubsApart() throws Exception {
    busyOn(hub, "one");
    look();
    pass(THRESHOLD.dividedBy(2));
    busyOn(otherHub, "other");
    pass(THRESHOLD.dividedBy(2));
    assertThat(events.blocked).extracting(HubBlockedEvent::hub).containsExactly("web-0");
    pass(THRESHOLD);

    assertThat(events.blocked).extracting(HubBlockedEvent::hub).containsExactly("web-0", "web-1");
  }

  @Test
  void waitsThatGiveUpTheHubAreNoIncidents() throws Exception {
    GreenletTask<Boolean> query =
        onHub(
            "query",
            () ->
                SwitchPoint.call(
                    new WaitReason("jdbc", "select ?"),
                    () -> {
                      release.await();
                      return true;
                    }));
    GreenletTask<Boolean> sleeper =
        onHub(
            "sleeper",
            () -> {
              Greenlets.sleep(Duration.ofHours(1));
              return true;
            });
    eventually(
        () ->
            query.greenletState() == GreenletState.PARKED
                && sleeper.greenletState() == GreenletState.PARKED
                && hub.state() == Hub.State.IDLE);
    look();
    pass(THRESHOLD);
    pass(Duration.ofMinutes(1));

    assertThat(events.blocked).isEmpty();
    sleeper.kill("test");
  }

  @Test
  void aBusyHubThatSwitchesIsNoIncident() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    GreenletTask<Integer> yielding =
        onHub(
            "yielding",
            () -> {
              while (!over.get()) {
                Greenlets.yieldNow();
              }
              return 1;
            });
    for (int i = 0; i < 20; i++) {
      long before = hub.switches();
      eventually(() -> hub.switches() > before + 1);
      pass(THRESHOLD);
    }
    over.set(true);

    assertThat(yielding.get()).isEqualTo(1);
    assertThat(events.blocked).isEmpty();
  }

  @Test
  void tellsSoManyIncidentsAndCountsTheOthers() throws Exception {
    watchdog = new HubWatchdog(runtime, options.withAtMost(2, Duration.ofMinutes(1)));
    watchdog.addListener(events);
    for (int incident = 1; incident <= 5; incident++) {
      block(hub, "incident " + incident);
    }
    assertThat(events.blocked).hasSize(2);
    assertThat(events.recovered).hasSize(2);

    block(otherHub, "on a hub with a limit of its own");
    assertThat(events.blocked).hasSize(3);
    assertThat(events.blocked.getLast().suppressed()).isZero();

    time.advance(Duration.ofMinutes(1));
    block(hub, "later");
    assertThat(events.blocked).hasSize(4);
    assertThat(events.blocked.getLast().suppressed()).isEqualTo(3);
    block(hub, "last");
    assertThat(events.blocked.getLast().suppressed()).isZero();
  }

  @Test
  void anIncidentThatIsNotToldStillShows() throws Exception {
    watchdog = new HubWatchdog(runtime, options.withAtMost(1, Duration.ofMinutes(1)));
    block(hub, "reported");
    BusyGreenlet greenlet = busyOn(hub, "not reported");
    look();
    pass(THRESHOLD);

    assertThat(watchdog.isBlocked(hub)).isTrue();
    finish(greenlet);
    look();
    assertThat(watchdog.isBlocked(hub)).isFalse();
  }

  @Test
  void aFailingListenerStopsNoOther() throws Exception {
    watchdog = new HubWatchdog(runtime, options);
    watchdog.addListener(
        new HubListener() {
          @Override
          public void blocked(HubBlockedEvent event) {
            throw new AssertionError("broken");
          }

          @Override
          public void recovered(HubRecoveredEvent event) {
            throw new IllegalStateException("broken");
          }

          @Override
          public boolean wantsStack() {
            throw new IllegalStateException("broken");
          }
        });
    watchdog.addListener(events);
    block(hub, "one");
    block(hub, "two");

    assertThat(events.blocked).hasSize(2);
    assertThat(events.recovered).hasSize(2);
  }

  @Test
  void takesNoStackUnlessAListenerWantsIt() throws Exception {
    watchdog = new HubWatchdog(runtime, options);
    List<HubBlockedEvent> cheap = new ArrayList<>();
    assertThat(watchdog.removeListener(HubListener.logging())).isTrue();
    watchdog.addListener(
        new HubListener() {
          @Override
          public void blocked(HubBlockedEvent event) {
            cheap.add(event);
          }

          @Override
          public boolean wantsStack() {
            return false;
          }
        });
    block(hub, "GET /x");

    assertThat(cheap).hasSize(1);
    assertThat(cheap.getFirst().stack()).isEmpty();
    assertThat(cheap.getFirst().frame()).isNull();
    assertThat(cheap.getFirst().cause()).isEqualTo(BlockCause.UNKNOWN);
    assertThat(cheap.getFirst().culprit()).matches("greenlet \\d+ 'GET /x'");
  }

  @Test
  void aRemovedListenerHearsNothing() throws Exception {
    assertThat(watchdog.removeListener(events)).isTrue();
    assertThat(watchdog.removeListener(events)).isFalse();
    block(hub, "one");

    assertThat(events.blocked).isEmpty();
  }

  @Test
  void logsOneWarningForAnIncident() throws Exception {
    List<String> logged = new ArrayList<>();
    watchdog.addListener(new LoggingListener(new ListLogger(logged)));
    BusyGreenlet greenlet = busyOn(hub, "GET /x");
    look();
    pass(Duration.ofMillis(120));
    pass(Duration.ofMillis(230));
    finish(greenlet);
    look();

    assertThat(logged).hasSize(2);
    assertThat(logged.getFirst())
        .matches(
            "WARNING Hub 'web-0' is blocked for 120 ms by greenlet %d 'GET /x'"
                    .formatted(greenlet.id())
                + " \\(threshold 100 ms\\), cause CPU:"
                + " .*BusyGreenlet\\.compute\\(BusyGreenlet\\.java:\\d+\\)");
    assertThat(logged.getLast())
        .isEqualTo(
            "INFO Hub 'web-0' recovered after 350 ms; it was blocked by greenlet %d 'GET /x'"
                .formatted(greenlet.id()));
  }

  @Test
  void anIncidentThatLastsTenThresholdsIsReportedAgainAndOnce() throws Exception {
    List<String> logged = new ArrayList<>();
    watchdog.addListener(new LoggingListener(new ListLogger(logged)));
    BusyGreenlet greenlet = busyOn(hub, "GET /x");
    look();
    pass(THRESHOLD);
    pass(THRESHOLD.multipliedBy(9).minusNanos(1));
    assertThat(events.stillBlocked).isEmpty();
    pass(Duration.ofNanos(1));
    pass(THRESHOLD);

    assertThat(events.blocked).hasSize(1);
    assertThat(events.stillBlocked)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.duration()).isEqualTo(THRESHOLD.multipliedBy(10));
              assertThat(event.greenletId()).hasValue(greenlet.id());
              assertThat(String.valueOf(event.frame())).contains("BusyGreenlet.compute");
            });
    assertThat(logged)
        .hasSize(2)
        .last()
        .asString()
        .startsWith("WARNING Hub 'web-0' is still blocked for 1000 ms by greenlet");
    finish(greenlet);
    look();
    block(hub, "another");
    assertThat(events.stillBlocked).hasSize(1);
  }

  @Test
  void whatRunsForTheFirstTimeIsAnEventAndNoWarning() throws Exception {
    List<String> logged = new ArrayList<>();
    watchdog.addListener(new LoggingListener(new ListLogger(logged)));
    BusyGreenlet greenlet = busyOn(hub, "GET /x");
    look();
    loadedClasses.incrementAndGet();
    pass(THRESHOLD);
    finish(greenlet);
    look();

    assertThat(events.blocked)
        .extracting(HubBlockedEvent::cause)
        .containsExactly(BlockCause.WARM_UP);
    assertThat(events.recovered).hasSize(1);
    assertThat(logged).isEmpty();

    block(hub, "GET /x");
    assertThat(logged).first().asString().startsWith("WARNING Hub 'web-0' is blocked for 100 ms");
  }

  @Test
  void whatRunsForTheFirstTimeAndLastsIsAWarning() throws Exception {
    List<String> logged = new ArrayList<>();
    watchdog.addListener(new LoggingListener(new ListLogger(logged)));
    BusyGreenlet greenlet = busyOn(hub, "GET /x");
    look();
    loadedClasses.incrementAndGet();
    pass(THRESHOLD);
    pass(THRESHOLD.multipliedBy(9));
    finish(greenlet);
    look();

    assertThat(logged).hasSize(2);
    assertThat(logged.getFirst()).startsWith("WARNING Hub 'web-0' is still blocked for 1000 ms");
    assertThat(logged.getLast()).startsWith("INFO Hub 'web-0' recovered after 1000 ms");
  }

  @Test
  void watchesOnAThreadOfItsOwn() throws Exception {
    watchdog.start();
    BusyGreenlet greenlet = busyOn(hub, "GET /x");
    eventually(() -> advance(THRESHOLD.dividedBy(2)) && !events.blocked.isEmpty());
    finish(greenlet);
    eventually(() -> advance(THRESHOLD.dividedBy(2)) && !events.recovered.isEmpty());

    assertThat(events.blocked).hasSize(1);
    assertThat(events.recovered).hasSize(1);
  }

  @Test
  void endsWhenClosed() {
    assertThat(watchdog.isRunning()).isFalse();
    watchdog.start();
    assertThat(watchdog.isRunning()).isTrue();
    watchdog.close();
    watchdog.close();

    eventually(() -> !watchdog.isRunning());
    assertThatThrownBy(watchdog::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("runtime 'web'", "closed before", "create another one");
  }

  @Test
  void aListenerMayCloseIt() throws Exception {
    watchdog.addListener(event -> watchdog.close());
    watchdog.start();
    busyOn(hub, "GET /x");

    eventually(() -> advance(THRESHOLD.dividedBy(2)) && !watchdog.isRunning());
    assertThat(events.blocked).hasSize(1);
  }

  @Test
  void endsWithTheRuntime() {
    watchdog.start();
    runtime.close();

    eventually(() -> advance(THRESHOLD.dividedBy(2)) && !watchdog.isRunning());
  }

  @Test
  void startsOnce() {
    watchdog.start();

    assertThatThrownBy(watchdog::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("started before");
  }

  @Test
  void knowsTheHubsOfItsRuntimeOnly() {
    try (GreenletRuntime other = GreenletRuntime.builder().build()) {
      assertThatThrownBy(() -> watchdog.isBlocked(other.hubs().getFirst()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("'hub'", "runtime 'web'");
    }
  }

  private BusyGreenlet busyOn(Hub where, String name) throws InterruptedException {
    BusyGreenlet greenlet = new BusyGreenlet(runtime, where, name);
    busy.add(greenlet);
    return greenlet;
  }

  /** One incident from its begin to its end. */
  private void block(Hub where, String name) throws Exception {
    BusyGreenlet greenlet = busyOn(where, name);
    look();
    pass(THRESHOLD);
    finish(greenlet);
    look();
  }

  private void finish(BusyGreenlet greenlet) throws Exception {
    greenlet.stop();
    eventually(() -> hub.slice() == null && otherHub.slice() == null);
  }

  private void pass(Duration duration) {
    advance(duration);
    look();
  }

  private void look() {
    watchdog.tick();
  }

  private boolean advance(Duration duration) {
    time.advance(duration);
    return true;
  }

  private <T> GreenletTask<T> onHub(String name, Callable<T> body) {
    return runtime.spawn(SpawnOptions.named(name).on(hub), body);
  }

  private record ListLogger(List<String> lines) implements System.Logger {
    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return level.compareTo(Level.INFO) >= 0;
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
      throw new AssertionError(message);
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        String message,
        @Nullable Object @Nullable ... parameters) {
      if (isLoggable(level)) {
        lines.add(level + " " + message);
      }
    }
  }

  private static void eventually(Callable<Boolean> condition) {
    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
  }

  private static void spinUntil(AtomicBoolean over) {
    while (!over.get()) {
      Thread.onSpinWait();
    }
  }
}
