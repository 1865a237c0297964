package dev.greenlet;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.engine.EngineUnavailableException;
import dev.greenlet.fiber.EngineSelection;
import dev.greenlet.schedule.ReadyOrder;
import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The settings of a {@link GreenletRuntime} that is to be built. Each has a default.
 *
 * <p>Not thread-safe: confined to one thread at a time. No method accepts {@code null}.
 */
public final class GreenletRuntimeBuilder {
  String name = "greenlet";
  int hubs = 1;
  int sharedCarriers = Math.max(2, Runtime.getRuntime().availableProcessors());
  int maxSharedCarriers = 256;
  int offloadCarriers = sharedCarriers;
  int maxOffloadCarriers = 64;
  Supplier<EngineSelection> engine = () -> EngineSelection.of(EngineChoice.AUTO);
  TimeSource time = TimeSource.system();
  ReadyOrder.Factory readyOrder = ReadyOrder.fifo();
  SpawnContext spawnContext = SpawnContext.none();
  Duration closeGrace = Duration.ofSeconds(5);
  UncaughtHandler uncaughtHandler = UncaughtHandler.logging();
  Duration uncaughtGrace = Duration.ofSeconds(10);
  StuckPolicy stuckPolicy = StuckPolicy.logging();
  Duration stuckGrace = Duration.ofSeconds(10);
  int spawnSiteFrames;

  GreenletRuntimeBuilder() {}

  /**
   * Sets the name of the runtime, from which the names of the lanes are made: {@code name-0},
   * {@code name-1}, {@code name-shared}, {@code name-offload}. The default is {@code greenlet}.
   *
   * @param name the name, which is made {@linkplain Printable printable}
   * @return this builder
   */
  public GreenletRuntimeBuilder name(String name) {
    this.name =
        Printable.of(Objects.requireNonNull(name, "'name' must not be null"), Printable.MAX_LENGTH);
    return this;
  }

  /**
   * Sets the number of hubs. The default is 1.
   *
   * @param hubs the number, at least 1
   * @return this builder
   * @throws IllegalArgumentException if {@code hubs} is less than 1
   */
  public GreenletRuntimeBuilder hubs(int hubs) {
    this.hubs = requireAtLeastOne("hubs", hubs);
    return this;
  }

  /**
   * Sets the number of carriers of the shared lane on the native engine. The default is the number
   * of processors, and at least 2.
   *
   * @param sharedCarriers the number, at least 1
   * @return this builder
   * @throws IllegalArgumentException if {@code sharedCarriers} is less than 1
   */
  public GreenletRuntimeBuilder sharedCarriers(int sharedCarriers) {
    this.sharedCarriers = requireAtLeastOne("sharedCarriers", sharedCarriers);
    return this;
  }

  /**
   * Sets the greatest number of carriers of the shared lane. The default is 256. The lane gets one
   * more carrier whenever greenlets have been ready there for 50 ms while no slice ended, and gives
   * the added carriers back after a minute without such a moment. On the portable engine, on which
   * the JDK schedules the greenlets of all lanes, the same holds for the carriers of the JDK.
   *
   * @param maxSharedCarriers the number, at least 1; with a number below {@link #sharedCarriers} no
   *     carrier is added
   * @return this builder
   * @throws IllegalArgumentException if {@code maxSharedCarriers} is less than 1
   */
  public GreenletRuntimeBuilder maxSharedCarriers(int maxSharedCarriers) {
    this.maxSharedCarriers = requireAtLeastOne("maxSharedCarriers", maxSharedCarriers);
    return this;
  }

  /**
   * Sets the number of carriers for {@link Greenlets#offload} on the native engine. The default is
   * the number of processors, and at least 2.
   *
   * @param offloadCarriers the number, at least 1
   * @return this builder
   * @throws IllegalArgumentException if {@code offloadCarriers} is less than 1
   */
  public GreenletRuntimeBuilder offloadCarriers(int offloadCarriers) {
    this.offloadCarriers = requireAtLeastOne("offloadCarriers", offloadCarriers);
    return this;
  }

  /**
   * Sets the greatest number of carriers for {@link Greenlets#offload} on the native engine. The
   * default is 64. They are added and given back as those of the {@linkplain #maxSharedCarriers
   * shared lane}.
   *
   * @param maxOffloadCarriers the number, at least 1; with a number below {@link #offloadCarriers}
   *     no carrier is added
   * @return this builder
   * @throws IllegalArgumentException if {@code maxOffloadCarriers} is less than 1
   */
  public GreenletRuntimeBuilder maxOffloadCarriers(int maxOffloadCarriers) {
    this.maxOffloadCarriers = requireAtLeastOne("maxOffloadCarriers", maxOffloadCarriers);
    return this;
  }

  /**
   * Sets the engine that makes the greenlets. The default is {@link EngineChoice#AUTO}.
   *
   * @param engine the choice
   * @return this builder
   */
  public GreenletRuntimeBuilder engine(EngineChoice engine) {
    Objects.requireNonNull(engine, "'engine' must not be null");
    this.engine = () -> EngineSelection.of(engine);
    return this;
  }

  /**
   * Runs each greenlet as a platform thread, for race checkers that observe platform threads only.
   */
  GreenletRuntimeBuilder overPlatformThreads() {
    this.engine = EngineSelection::overPlatformThreads;
    return this;
  }

  /**
   * Sets the source of time of the runtime, for sleeps, timeouts, deadlines and delays. The default
   * is the clock of the machine.
   *
   * @param time the time source
   * @return this builder
   */
  public GreenletRuntimeBuilder time(TimeSource time) {
    this.time = Objects.requireNonNull(time, "'time' must not be null");
    return this;
  }

  /**
   * Sets the order in which the ready greenlets of a hub run. The default is first in, first out.
   *
   * @param readyOrder the factory, which is called once for each hub
   * @return this builder
   */
  public GreenletRuntimeBuilder readyOrder(ReadyOrder.Factory readyOrder) {
    this.readyOrder = Objects.requireNonNull(readyOrder, "'readyOrder' must not be null");
    return this;
  }

  /**
   * Sets the context that is carried over to spawned greenlets. By default nothing is carried over.
   *
   * @param spawnContext the context
   * @return this builder
   */
  public GreenletRuntimeBuilder spawnContext(SpawnContext spawnContext) {
    this.spawnContext = Objects.requireNonNull(spawnContext, "'spawnContext' must not be null");
    return this;
  }

  /**
   * Sets the time for which {@link GreenletRuntime#close()} waits for the greenlets that it has
   * killed. The default is 5 seconds.
   *
   * @param closeGrace the time, not negative
   * @return this builder
   * @throws IllegalArgumentException if {@code closeGrace} is negative
   */
  public GreenletRuntimeBuilder closeGrace(Duration closeGrace) {
    this.closeGrace = Durations.requireNotNegative("closeGrace", closeGrace);
    return this;
  }

  /**
   * Sets the handler of unobserved failures. It is called when a greenlet failed and nothing has
   * joined it, read its outcome or listened to its end within the {@linkplain #uncaughtGrace
   * grace}, or until the runtime closes; and when a listener failed. A kill is not a failure. The
   * default handler logs.
   *
   * @param uncaughtHandler the handler
   * @return this builder
   */
  public GreenletRuntimeBuilder uncaughtHandler(UncaughtHandler uncaughtHandler) {
    this.uncaughtHandler =
        Objects.requireNonNull(uncaughtHandler, "'uncaughtHandler' must not be null");
    return this;
  }

  /**
   * Sets the time for which a failure may remain unobserved before the handler is called. The
   * default is 10 seconds.
   *
   * @param uncaughtGrace the time, not negative
   * @return this builder
   * @throws IllegalArgumentException if {@code uncaughtGrace} is negative
   */
  public GreenletRuntimeBuilder uncaughtGrace(Duration uncaughtGrace) {
    this.uncaughtGrace = Durations.requireNotNegative("uncaughtGrace", uncaughtGrace);
    return this;
  }

  /**
   * Sets the policy that is applied when nothing in the runtime can continue by itself. The default
   * policy logs.
   *
   * @param stuckPolicy the policy
   * @return this builder
   */
  public GreenletRuntimeBuilder onStuck(StuckPolicy stuckPolicy) {
    this.stuckPolicy = Objects.requireNonNull(stuckPolicy, "'stuckPolicy' must not be null");
    return this;
  }

  /**
   * Sets the time without any progress after which the runtime is considered stuck; that is
   * detected within twice this time. The default is 10 seconds.
   *
   * @param stuckGrace the time, more than zero
   * @return this builder
   * @throws IllegalArgumentException if {@code stuckGrace} is not more than zero
   */
  public GreenletRuntimeBuilder stuckGrace(Duration stuckGrace) {
    if (stuckGrace.isNegative() || stuckGrace.isZero()) {
      throw new IllegalArgumentException(
          "'stuckGrace' must be more than zero, was %s: a moment without movement proves nothing"
              .formatted(stuckGrace));
    }
    this.stuckGrace = stuckGrace;
    return this;
  }

  /**
   * Sets the number of stack frames of the spawning code that are kept for {@link
   * GreenletTask#spawnedAt()}. The default is 0, which costs nothing; a few frames cost about a
   * microsecond for each spawn.
   *
   * @param frames the greatest number of frames, not negative
   * @return this builder
   * @throws IllegalArgumentException if {@code frames} is negative
   */
  public GreenletRuntimeBuilder spawnSites(int frames) {
    if (frames < 0) {
      throw new IllegalArgumentException(
          "'spawnSites' must not be negative, was %d: use 0 for none".formatted(frames));
    }
    this.spawnSiteFrames = frames;
    return this;
  }

  /**
   * Builds and starts the runtime.
   *
   * @return the runtime, to be closed by the caller
   * @throws EngineUnavailableException if the requested engine is not available
   */
  public GreenletRuntime build() {
    GreenletRuntime runtime = new GreenletRuntime(this, engine.get());
    runtime.start();
    return runtime;
  }

  private static int requireAtLeastOne(String setting, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "'%s' must be at least 1, was %d".formatted(setting, number));
    }
    return number;
  }
}
