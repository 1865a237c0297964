package dev.greenlet;

import dev.greenlet.fiber.Engine;
import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates the greenlets of a runtime, keeps track of those that live, and is notified of their
 * life. Thread-safe.
 */
final class RuntimeEnvironment implements TaskEnvironment {
  private final String name;
  private final Engine engine;
  private final TimeSource time;
  private final SpawnContext spawnContext;
  private final List<Hub> hubs;
  private final SharedLane sharedLane;
  private final SharedLane offloadLane;
  private final LiveGreenlets live = new LiveGreenlets();
  private final CopyOnWriteArrayList<Consumer<? super GreenletTask<?>>> spawnListeners =
      new CopyOnWriteArrayList<>();
  private final UnobservedFailures unobservedFailures;
  private final SpawnSites spawnSites;
  private final StuckWatch stuckWatch;
  private volatile boolean closed;

  RuntimeEnvironment(
      GreenletRuntimeBuilder builder,
      Engine engine,
      List<Hub> hubs,
      SharedLane sharedLane,
      SharedLane offloadLane) {
    this.name = builder.name;
    this.engine = engine;
    this.time = builder.time;
    this.spawnContext = builder.spawnContext;
    this.hubs = hubs;
    this.sharedLane = sharedLane;
    this.offloadLane = offloadLane;
    this.unobservedFailures =
        new UnobservedFailures(builder.uncaughtHandler, builder.uncaughtGrace, sharedLane);
    this.spawnSites = new SpawnSites(builder.spawnSiteFrames);
    this.stuckWatch =
        new StuckWatch(name, live, builder.stuckPolicy, builder.stuckGrace, sharedLane);
  }

  // --- for the runtime --------------------------------------------------------------------------

  LiveGreenlets live() {
    return live;
  }

  /** Returns the report on the stuck runtime, or {@code null} if it is not known to be stuck. */
  @Nullable StuckReport stuck() {
    return stuckWatch.report();
  }

  /** Returns whether the caller is a greenlet of the runtime. */
  boolean isEntered() {
    return currentOfThis() != null;
  }

  Registration onSpawn(Consumer<? super GreenletTask<?>> listener) {
    spawnListeners.addIfAbsent(listener);
    return () -> spawnListeners.remove(listener);
  }

  /** Rejects greenlets from now on. Returns {@code false} if it did already. */
  synchronized boolean beginClose() {
    boolean first = !closed;
    closed = true;
    if (first) {
      stuckWatch.close();
    }
    return first;
  }

  /** Reports the unobserved failures. Called after all greenlets had time to end. */
  void endClose() {
    unobservedFailures.close();
  }

  <T extends @Nullable Object> GreenletTask<T> spawnRoot(
      SpawnOptions options, Callable<? extends T> body) {
    return started(create(options, null, SpawnContext.none(), body));
  }

  <T extends @Nullable Object> GreenletTask<T> spawnDetached(
      SpawnOptions options, Callable<? extends T> body) {
    DefaultGreenletTask<?> current = currentOfThis();
    SpawnOptions placed =
        options.lane() == null && current != null ? options.on(current.lane()) : options;
    return started(create(placed, null, spawnContext, body));
  }

  private @Nullable DefaultGreenletTask<?> currentOfThis() {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current != null && current.environment() == this ? current : null;
  }

  private static <T extends @Nullable Object> GreenletTask<T> started(
      DefaultGreenletTask<T> created) {
    created.start();
    return created;
  }

  private <T extends @Nullable Object> DefaultGreenletTask<T> create(
      SpawnOptions options,
      @Nullable DefaultGreenletTask<?> parent,
      SpawnContext context,
      Callable<? extends T> body) {
    Objects.requireNonNull(options, "'options' must not be null");
    Objects.requireNonNull(body, "'body' must not be null");
    if (closed) {
      throw new RuntimeClosedException(
          "Runtime '%s' is closed and does not accept greenlet '%s': spawn it before the close"
              .formatted(
                  name, options.name() == null ? Printable.of(body.toString()) : options.name()));
    }
    Lane lane = options.lane();
    if (lane == null) {
      lane = parent == null ? sharedLane : parent.lane();
    }
    return create(options, schedulerOf(lane), parent, context, body);
  }

  private <T extends @Nullable Object> DefaultGreenletTask<T> create(
      SpawnOptions options,
      LaneScheduler home,
      @Nullable DefaultGreenletTask<?> parent,
      SpawnContext context,
      Callable<? extends T> body) {
    return new DefaultGreenletTask<>(
        this,
        engine,
        live.nextId(),
        options,
        home,
        parent,
        context.capture(),
        spawnSites.capture(),
        body);
  }

  // --- for greenlets ----------------------------------------------------------------------------

  @Override
  public TimeSource time() {
    return time;
  }

  @Override
  public SharedLane sharedLane() {
    return sharedLane;
  }

  @Override
  public SharedLane offloadLane() {
    return offloadLane;
  }

  @Override
  public SpawnContext spawnContext() {
    return spawnContext;
  }

  @Override
  public LaneScheduler schedulerOf(Lane lane) {
    LaneScheduler scheduler =
        switch (lane) {
          case Hub hub when hubs.contains(hub) -> hub.scheduler();
          case SharedLane shared when shared == sharedLane || shared == offloadLane ->
              shared.scheduler();
          case Hub foreign -> null;
          case SharedLane foreign -> null;
        };
    if (scheduler == null) {
      throw new IllegalArgumentException(
          "'lane' must belong to runtime '%s', was %s of another one".formatted(name, lane));
    }
    return scheduler;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public <T extends @Nullable Object> GreenletTask<T> spawn(
      SpawnOptions options, Callable<? extends T> body) {
    return started(create(options, currentOfThis(), spawnContext, body));
  }

  @Override
  public <T extends @Nullable Object> GreenletTask<T> spawnAfter(
      Duration delay, SpawnOptions options, Callable<? extends T> body) {
    Durations.requireNotNegative("delay", delay);
    DefaultGreenletTask<T> spawned = create(options, currentOfThis(), spawnContext, body);
    spawned.startAfter(Durations.toNanos(delay));
    return spawned;
  }

  @Override
  public GreenletTask<?> spawnInternal(
      SpawnOptions options, DefaultGreenletTask<?> parent, Callable<?> body) {
    return started(create(options, sharedLane.scheduler(), parent, SpawnContext.none(), body));
  }

  @Override
  public void spawned(DefaultGreenletTask<?> greenlet) {
    live.add(greenlet);
    for (Consumer<? super GreenletTask<?>> listener : spawnListeners) {
      try {
        listener.accept(greenlet);
      } catch (Throwable failure) {
        listenerFailed(greenlet, failure);
      }
    }
  }

  @Override
  public void ended(DefaultGreenletTask<?> greenlet) {
    live.ended();
  }

  @Override
  public void left(DefaultGreenletTask<?> greenlet) {
    live.left(greenlet);
  }

  @Override
  public void failedUnobserved(DefaultGreenletTask<?> greenlet, Throwable failure) {
    unobservedFailures.add(greenlet, failure);
  }

  @Override
  public void observed(DefaultGreenletTask<?> greenlet) {
    unobservedFailures.observed(greenlet);
  }

  @Override
  public void listenerFailed(DefaultGreenletTask<?> greenlet, Throwable failure) {
    unobservedFailures.listenerFailed(greenlet, failure);
  }

  @Override
  public void beforeEndlessWait(DefaultGreenletTask<?> greenlet, Waiter waiter) {
    DeadlockDetector.failIfDeadlocked(greenlet, waiter);
    stuckWatch.notice();
  }
}
