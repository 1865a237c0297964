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
 * A runtime for greenlets: a number of hubs, one shared lane, one lane for offloaded calls, and the
 * greenlets that run on them.
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
 * <p>Thread-safe: any thread may call any method, except that no greenlet of the runtime may close
 * it. No method accepts {@code null}.
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
   * Returns a builder for a runtime.
   *
   * @return a builder with the defaults
   */
  public static GreenletRuntimeBuilder builder() {
    return new GreenletRuntimeBuilder();
  }

  /**
   * Returns the hubs, in the order of their numbers.
   *
   * @return an unmodifiable list of at least one hub
   */
  public List<Hub> hubs() {
    return hubs;
  }

  /**
   * Returns the shared lane.
   *
   * @return the lane
   */
  public SharedLane sharedLane() {
    return sharedLane;
  }

  /**
   * Returns the lane of {@linkplain Greenlets#offload offloaded} calls. It has carriers of its own,
   * so that computations and file access take no carrier that requests need.
   *
   * @return the lane
   */
  public SharedLane offloadLane() {
    return offloadLane;
  }

  /**
   * Returns which engine makes the greenlets, and why it was selected.
   *
   * @return the report
   */
  public EngineReport engine() {
    return engineReport;
  }

  /**
   * Spawns a greenlet. If the caller is a greenlet of this runtime, the new greenlet is its child
   * and, unless the options name a lane, starts on the caller's lane; otherwise it is a root on the
   * shared lane.
   *
   * <p>Actions of the caller before the spawn <i>happen-before</i> the first action of the body.
   * That holds for the other methods that spawn, too.
   *
   * @param options the name, kind and lane of the greenlet
   * @param body the code that the greenlet runs
   * @param <T> the type of the result
   * @return the greenlet, which has not yet run if it shares the caller's hub
   * @throws RuntimeClosedException if the runtime is closed
   * @throws IllegalArgumentException if the lane belongs to another runtime
   */
  public <T extends @Nullable Object> GreenletTask<T> spawn(
      SpawnOptions options, Callable<? extends T> body) {
    return environment.spawn(options, body);
  }

  /**
   * Spawns a greenlet that has no parent, for every caller, and inherits neither a deadline nor
   * what the {@linkplain SpawnContext context} carries over: for an executor whose tasks do not
   * belong to the threads that submit them.
   *
   * @param options the name, kind and lane of the greenlet; without a lane it starts on the shared
   *     lane
   * @param body the code that the greenlet runs
   * @param <T> the type of the result
   * @return the greenlet
   * @throws RuntimeClosedException if the runtime is closed
   * @throws IllegalArgumentException if the lane belongs to another runtime
   */
  public <T extends @Nullable Object> GreenletTask<T> spawnRoot(
      SpawnOptions options, Callable<? extends T> body) {
    return environment.spawnRoot(options, body);
  }

  /**
   * Spawns a greenlet that has no parent, so that neither the end nor a kill of the caller affects
   * it, and no deadline. Unlike one of {@link #spawnRoot}, it has what the {@linkplain SpawnContext
   * context} carries over from the caller.
   *
   * @param options the name, kind and lane of the greenlet; without a lane it starts on the
   *     caller's lane, or on the shared lane if the caller is not a greenlet of this runtime
   * @param body the code that the greenlet runs
   * @param <T> the type of the result
   * @return the greenlet
   * @throws RuntimeClosedException if the runtime is closed
   * @throws IllegalArgumentException if the lane belongs to another runtime
   */
  public <T extends @Nullable Object> GreenletTask<T> spawnDetached(
      SpawnOptions options, Callable<? extends T> body) {
    return environment.spawnDetached(options, body);
  }

  /**
   * Spawns a greenlet that begins after a delay, by the clock of this runtime. Until then it is
   * {@linkplain GreenletState#NEW new}, and counts as live.
   *
   * @param delay the time until the greenlet begins
   * @param options the name, kind and lane of the greenlet
   * @param body the code that the greenlet runs
   * @param <T> the type of the result
   * @return the greenlet, which never runs if it is killed before it begins
   * @throws IllegalArgumentException if {@code delay} is negative, or the lane belongs to another
   *     runtime
   * @throws RuntimeClosedException if the runtime is closed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawnAfter(
      Duration delay, SpawnOptions options, Callable<? extends T> body) {
    return environment.spawnAfter(delay, options, body);
  }

  /**
   * Registers a listener that is called with every greenlet that is spawned from now on, raw
   * greenlets included. The spawning thread calls it before the greenlet runs, and at the spawn of
   * a greenlet that begins later. A listener should be quick and must not wait. An exception that
   * it throws goes to the {@link UncaughtHandler}. A listener that is registered twice is called
   * once.
   *
   * @param listener the listener
   * @return the registration; to close it removes the listener
   */
  public Registration onSpawn(Consumer<? super GreenletTask<?>> listener) {
    return environment.onSpawn(Objects.requireNonNull(listener, "'listener' must not be null"));
  }

  /**
   * Returns which greenlets wait, and for what, if the {@linkplain StuckPolicy policy} was notified
   * that this runtime is stuck, and nothing has changed since. The cost is proportional to the
   * number of live greenlets.
   *
   * @return the report, or {@code null} if the runtime is not known to be stuck
   */
  public @Nullable StuckReport stuck() {
    return environment.stuck();
  }

  /**
   * Finds an unfinished greenlet by its id.
   *
   * @param id the id
   * @return the greenlet, or {@code null} if there is none with this id, or it has finished
   */
  public @Nullable GreenletTask<?> find(long id) {
    return environment.live().find(id);
  }

  /**
   * Finds the greenlet of a slice, also one whose body has ended and that calls its listeners. The
   * cost is proportional to the number of live greenlets.
   *
   * @param slice a slice of a hub of this runtime
   * @return the greenlet, or {@code null} if it has finished, or belongs to another runtime
   */
  public @Nullable GreenletTask<?> find(Slice slice) {
    return environment.live().find(slice);
  }

  /**
   * Returns the unfinished greenlets, in no particular order. The cost is proportional to the
   * number of live greenlets.
   *
   * @return a snapshot
   */
  public Collection<? extends GreenletTask<?>> live() {
    return environment.live().all().stream().filter(greenlet -> !greenlet.isDone()).toList();
  }

  /**
   * Waits until this runtime has no live greenlet, or the timeout has elapsed. A switch point; a
   * greenlet of this runtime waits in vain, since it is live itself.
   *
   * @param timeout the longest time to wait
   * @return {@code true} if no greenlet is live, {@code false} if the timeout has elapsed
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is a greenlet and is killed
   */
  public boolean awaitQuiescence(Duration timeout) throws InterruptedException {
    return environment.live().awaitNone(timeout);
  }

  /** Closes this runtime with the grace of the builder; see {@link #close(Duration)}. */
  @Override
  public void close() {
    close(closeGrace);
  }

  /**
   * Closes this runtime: rejects new greenlets, kills the live ones, waits until they have ended or
   * the grace has elapsed, and stops the carriers. A wait at a primitive, in a hub socket or in a
   * {@link SwitchPoint} with an {@linkplain SwitchPoint#onCancel action} ends at once. A greenlet
   * that has not ended within the grace continues on spare threads, without exclusivity, so that
   * nothing hangs. A second call does nothing.
   *
   * <p>An interrupt ends the grace early, and the interrupt status remains set. A kill of a caller
   * that is a greenlet of another runtime does so too: the carriers are stopped before it leaves.
   *
   * @param grace the longest time to wait for the killed greenlets
   * @throws IllegalStateException if the caller is a greenlet of this runtime
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
    } finally { // a caller that is a greenlet of another runtime may be killed in the wait
      stopCarriers();
    }
  }

  private void stopCarriers() {
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
