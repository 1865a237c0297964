package dev.greenlet;

import dev.greenlet.engine.EngineReport;
import dev.greenlet.fiber.Engine;
import dev.greenlet.fiber.EngineSelection;
import dev.greenlet.fiber.NativeEngine;
import dev.greenlet.loop.CarrierPool;
import dev.greenlet.loop.RunLoop;
import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A number of hubs, one shared lane, and the greenlets that live on them.
 *
 * <pre>{@code
 * try (GreenletRuntime runtime = GreenletRuntime.builder().hubs(2).build()) {
 *   Hub hub = runtime.hubs().getFirst();
 *   GreenletTask<String> task =
 *       runtime.spawn(SpawnOptions.named("hello").on(hub), () -> "hello, world");
 *   System.out.println(task.get());
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class GreenletRuntime implements AutoCloseable {
  private final String name;
  private final Engine engine;
  private final EngineReport engineReport;
  private final Duration closeGrace;
  private final RunLoop sharedLoop;
  private final SharedLane sharedLane;
  private final SharedLane offloadLane;
  private final List<Hub> hubs;
  private final RuntimeEnvironment environment;
  private final CarrierMonitor carrierMonitor;

  GreenletRuntime(GreenletRuntimeBuilder builder, EngineSelection selection) {
    TimeSource time = builder.time;
    this.name = builder.name;
    this.engine = selection.engine();
    this.engineReport = selection.report();
    this.closeGrace = builder.closeGrace;
    this.sharedLoop = CarrierPool.bareLoop(name + "-shared-loop", time);
    this.sharedLane =
        new SharedLane(
            name + "-shared", builder.sharedCarriers, builder.maxSharedCarriers, sharedLoop);
    this.offloadLane =
        new SharedLane(
            name + "-offload", builder.offloadCarriers, builder.maxOffloadCarriers, sharedLoop);
    this.hubs =
        IntStream.range(0, builder.hubs)
            .mapToObj(i -> new Hub(name + "-" + i, engine, time, builder.readyOrder.create()))
            .toList();
    this.environment = new RuntimeEnvironment(builder, engine, hubs, sharedLane, offloadLane);
    this.carrierMonitor = new CarrierMonitor(name, watches());
  }

  private List<CarrierMonitor.Watch> watches() {
    List<CarrierMonitor.Watch> watches = new ArrayList<>();
    LentSites lentBefore = new LentSites();
    for (Hub hub : hubs) {
      watches.add(new SliceWatch(hub, environment.live(), lentBefore));
    }
    if (engine instanceof NativeEngine) {
      watches.add(new LaneSupply(sharedLane));
      watches.add(new LaneSupply(offloadLane));
    } else {
      List<Lane> lanes = new ArrayList<>(hubs);
      lanes.add(sharedLane);
      lanes.add(offloadLane);
      watches.add(new JdkCarrierSupply(sharedLane, lanes));
    }
    return watches;
  }

  void start() {
    sharedLoop.start();
    sharedLane.start();
    if (engine instanceof NativeEngine) {
      offloadLane.start();
    }
    hubs.forEach(Hub::start);
    carrierMonitor.start();
  }

  /**
   * What a runtime is built with.
   *
   * @return a builder with the defaults
   */
  public static GreenletRuntimeBuilder builder() {
    return new GreenletRuntimeBuilder();
  }

  /**
   * The hubs.
   *
   * @return an unmodifiable list of at least one
   */
  public List<Hub> hubs() {
    return hubs;
  }

  /**
   * The shared lane.
   *
   * @return the lane
   */
  public SharedLane sharedLane() {
    return sharedLane;
  }

  /**
   * Returns the lane of what was {@linkplain Greenlets#offload offloaded}. It has carriers of its
   * own, so that computations and files take none that requests need.
   *
   * @return the lane
   */
  public SharedLane offloadLane() {
    return offloadLane;
  }

  /**
   * Which engine makes the greenlets, and why.
   *
   * @return the report
   */
  public EngineReport engine() {
    return engineReport;
  }

  /**
   * Spawns a greenlet. Any thread. What a greenlet of this runtime spawns becomes its child and,
   * unless the options say otherwise, starts on its lane; else it is a root on the shared lane.
   *
   * @param options name, kind and lane
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet, which has not yet run if it shares the caller's hub
   * @throws RuntimeClosedException if the runtime is closed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawn(
      SpawnOptions options, Callable<? extends T> body) {
    return environment.spawn(options, body);
  }

  /**
   * Spawns a greenlet that is nobody's child, whoever calls, and inherits neither a deadline nor
   * what the {@linkplain SpawnContext context} carries: for an executor whose tasks do not belong
   * to those who bring them. Any thread.
   *
   * @param options name, kind and lane; without a lane it starts on the shared one
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet
   * @throws RuntimeClosedException if the runtime is closed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawnRoot(
      SpawnOptions options, Callable<? extends T> body) {
    return environment.spawnRoot(options, body);
  }

  /**
   * Spawns a greenlet that belongs to no other one: it has no parent, so that neither the end nor a
   * kill of the caller reaches it, and no deadline. It has what the {@linkplain SpawnContext
   * context} carries of the caller. Any thread.
   *
   * @param options name, kind and lane; without a lane it starts on the caller's, or on the shared
   *     one if the caller is no greenlet of this runtime
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet
   * @throws RuntimeClosedException if the runtime is closed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawnDetached(
      SpawnOptions options, Callable<? extends T> body) {
    return environment.spawnDetached(options, body);
  }

  /**
   * Spawns a greenlet that begins later, on the clock of this runtime. Any thread. Until then it is
   * new and counts as living.
   *
   * @param delay how much later
   * @param options name, kind and lane
   * @param body what it runs
   * @param <T> the type of the result
   * @return the greenlet, which never runs if it is killed before
   * @throws IllegalArgumentException if {@code delay} is negative
   * @throws RuntimeClosedException if the runtime is closed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawnAfter(
      Duration delay, SpawnOptions options, Callable<? extends T> body) {
    return environment.spawnAfter(delay, options, body);
  }

  /**
   * Tells a listener of every greenlet that is spawned from now on, raw ones included, by whoever
   * spawns it and before it runs; one that is spawned to begin later is told at once. A listener
   * should be quick and must not wait. What it throws goes to the uncaught handler. One that is
   * added twice is told once. Any thread.
   *
   * @param listener who is told
   * @return to be closed when it is to be told no more
   */
  public Registration onSpawn(Consumer<? super GreenletTask<?>> listener) {
    return environment.onSpawn(Objects.requireNonNull(listener, "'listener' must not be null"));
  }

  /**
   * Who waits for what, when the {@linkplain StuckPolicy policy} was told that this runtime is
   * stuck and nothing has changed since. Any thread; costs what lives.
   *
   * @return the report, or {@code null} when it is not known to be stuck
   */
  public @Nullable StuckReport stuck() {
    return environment.stuck();
  }

  /**
   * Finds an unfinished greenlet.
   *
   * @param id its id
   * @return the greenlet, or {@code null} when there is none, or no more
   */
  public @Nullable GreenletTask<?> find(long id) {
    return environment.live().find(id);
  }

  /**
   * Finds the greenlet of a slice: also one whose body has ended and that calls its listeners. Any
   * thread. Costs what lives.
   *
   * @param slice a slice of a hub of this runtime
   * @return the greenlet, or {@code null} if it has ended, or is not one of this runtime
   */
  public @Nullable GreenletTask<?> find(Slice slice) {
    return environment.live().find(slice);
  }

  /**
   * Returns the unfinished greenlets, in no order. Costs what lives.
   *
   * @return a snapshot
   */
  public Collection<? extends GreenletTask<?>> live() {
    return environment.live().all().stream().filter(greenlet -> !greenlet.isDone()).toList();
  }

  /**
   * Waits until no greenlet lives. A switch point, but of no use to a greenlet of this runtime.
   *
   * @param timeout how long at most
   * @return whether none lives any more
   * @throws InterruptedException if the caller is interrupted
   */
  public boolean awaitQuiescence(Duration timeout) throws InterruptedException {
    return environment.live().awaitNone(timeout);
  }

  /** Closes with the grace of the builder. */
  @Override
  public void close() {
    close(closeGrace);
  }

  /**
   * Refuses new greenlets, kills those that live, gives them time to end, and stops the carriers. A
   * wait at a primitive, in a hub socket or in a {@link SwitchPoint} with an {@linkplain
   * SwitchPoint#onCancel action} ends at once. What has not ended by then goes on on spare threads,
   * without exclusivity, so that nothing hangs. Any thread but a greenlet of this runtime; a second
   * call does nothing. An interrupt cuts the grace short and stays set.
   *
   * @param grace how long to wait for the killed
   * @throws IllegalStateException if called by a greenlet of this runtime
   */
  public void close(Duration grace) {
    if (environment.isEntered()) {
      throw new IllegalStateException(
          "%s cannot close its own runtime '%s': close it from another thread"
              .formatted(CurrentGreenlet.require(), name));
    }
    if (!environment.beginClose()) {
      return;
    }
    environment.live().all().forEach(each -> each.kill("runtime '" + name + "' is closed"));
    try {
      awaitQuiescence(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    environment.endClose();
    carrierMonitor.close();
    hubs.forEach(Hub::stop);
    sharedLane.stop();
    offloadLane.stop();
    sharedLoop.stop();
  }

  @Override
  public String toString() {
    return "runtime '%s' (%s engine, %d hubs)".formatted(name, engineReport.name(), hubs.size());
  }
}
