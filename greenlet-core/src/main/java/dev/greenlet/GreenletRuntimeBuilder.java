package dev.greenlet;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.engine.EngineUnavailableException;
import dev.greenlet.fiber.EngineSelection;
import dev.greenlet.schedule.ReadyOrder;
import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/** What a runtime is built with. Not thread-safe. */
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
   * The name from which those of the lanes are made: {@code name-0}, {@code name-1}, {@code
   * name-shared}. {@code greenlet} by default.
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
   * How many hubs. One by default.
   *
   * @param hubs at least 1
   * @return this builder
   * @throws IllegalArgumentException if there are less
   */
  public GreenletRuntimeBuilder hubs(int hubs) {
    this.hubs = requireAtLeastOne("hubs", hubs);
    return this;
  }

  /**
   * How many carriers the shared lane has on the native engine. As many as processors, and at least
   * two, by default.
   *
   * @param sharedCarriers at least 1
   * @return this builder
   * @throws IllegalArgumentException if there are less
   */
  public GreenletRuntimeBuilder sharedCarriers(int sharedCarriers) {
    this.sharedCarriers = requireAtLeastOne("sharedCarriers", sharedCarriers);
    return this;
  }

  /**
   * Sets how many carriers the shared lane may have: 256 by default. It gets one more whenever
   * greenlets have been ready there for 50 ms while no slice ended, and gives the added ones back
   * after a minute without such a moment. On the portable engine, on which the JDK schedules the
   * greenlets of all lanes, the same holds for the carriers of the JDK.
   *
   * @param maxSharedCarriers at least 1; less than {@link #sharedCarriers} means that none is added
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public GreenletRuntimeBuilder maxSharedCarriers(int maxSharedCarriers) {
    this.maxSharedCarriers = requireAtLeastOne("maxSharedCarriers", maxSharedCarriers);
    return this;
  }

  /**
   * Sets how many carriers {@link Greenlets#offload} has on the native engine: as many as
   * processors, and at least two, by default.
   *
   * @param offloadCarriers at least 1
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public GreenletRuntimeBuilder offloadCarriers(int offloadCarriers) {
    this.offloadCarriers = requireAtLeastOne("offloadCarriers", offloadCarriers);
    return this;
  }

  /**
   * Sets how many carriers {@link Greenlets#offload} may have on the native engine, added and given
   * back as those of the shared lane: 64 by default.
   *
   * @param maxOffloadCarriers at least 1; less than {@link #offloadCarriers} means that none is
   *     added
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public GreenletRuntimeBuilder maxOffloadCarriers(int maxOffloadCarriers) {
    this.maxOffloadCarriers = requireAtLeastOne("maxOffloadCarriers", maxOffloadCarriers);
    return this;
  }

  /**
   * Which engine makes the greenlets. {@link EngineChoice#AUTO} by default.
   *
   * @param engine the choice
   * @return this builder
   */
  public GreenletRuntimeBuilder engine(EngineChoice engine) {
    Objects.requireNonNull(engine, "'engine' must not be null");
    this.engine = () -> EngineSelection.of(engine);
    return this;
  }

  /** Runs each greenlet as a platform thread: for race checkers, which see only those. */
  GreenletRuntimeBuilder overPlatformThreads() {
    this.engine = EngineSelection::overPlatformThreads;
    return this;
  }

  /**
   * What the lanes know of time. The machine's by default.
   *
   * @param time the time source
   * @return this builder
   */
  public GreenletRuntimeBuilder time(TimeSource time) {
    this.time = Objects.requireNonNull(time, "'time' must not be null");
    return this;
  }

  /**
   * Which ready greenlet of a hub runs next. FIFO by default.
   *
   * @param readyOrder the order
   * @return this builder
   */
  public GreenletRuntimeBuilder readyOrder(ReadyOrder.Factory readyOrder) {
    this.readyOrder = Objects.requireNonNull(readyOrder, "'readyOrder' must not be null");
    return this;
  }

  /**
   * What is carried over to spawned greenlets. Nothing by default.
   *
   * @param spawnContext the context
   * @return this builder
   */
  public GreenletRuntimeBuilder spawnContext(SpawnContext spawnContext) {
    this.spawnContext = Objects.requireNonNull(spawnContext, "'spawnContext' must not be null");
    return this;
  }

  /**
   * How long {@link GreenletRuntime#close()} waits for the greenlets it has killed. Five seconds by
   * default.
   *
   * @param closeGrace not negative
   * @return this builder
   * @throws IllegalArgumentException if it is negative
   */
  public GreenletRuntimeBuilder closeGrace(Duration closeGrace) {
    this.closeGrace = Durations.requireNotNegative("closeGrace", closeGrace);
    return this;
  }

  /**
   * Who hears of a greenlet that failed when nobody has joined it, asked for its outcome or
   * listened to its end within the grace, or when the runtime closes; and of listeners that failed.
   * Being killed is no failure. It is logged by default.
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
   * How long a failure may stay unobserved until the handler hears of it. Ten seconds by default.
   *
   * @param uncaughtGrace not negative
   * @return this builder
   * @throws IllegalArgumentException if it is negative
   */
  public GreenletRuntimeBuilder uncaughtGrace(Duration uncaughtGrace) {
    this.uncaughtGrace = Durations.requireNotNegative("uncaughtGrace", uncaughtGrace);
    return this;
  }

  /**
   * What is done when nothing in the runtime can run any more by itself. It is logged by default.
   *
   * @param stuckPolicy the policy
   * @return this builder
   */
  public GreenletRuntimeBuilder onStuck(StuckPolicy stuckPolicy) {
    this.stuckPolicy = Objects.requireNonNull(stuckPolicy, "'stuckPolicy' must not be null");
    return this;
  }

  /**
   * How long nothing must have moved until the runtime is called stuck; it is found out within
   * twice that. Ten seconds by default.
   *
   * @param stuckGrace more than zero
   * @return this builder
   * @throws IllegalArgumentException if it is not
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
   * How many frames of the stack of whoever spawns a greenlet are kept for {@link
   * GreenletTask#spawnedAt()}. None by default, which costs nothing; a few cost about a microsecond
   * for each spawn.
   *
   * @param frames how many at most
   * @return this builder
   * @throws IllegalArgumentException if it is negative
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
   * @return a runtime, to be closed
   * @throws EngineUnavailableException if the engine that was asked for is not available
   */
  public GreenletRuntime build() {
    GreenletRuntime runtime = new GreenletRuntime(this, engine.get());
    runtime.start();
    return runtime;
  }

  private static int requireAtLeastOne(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException("'%s' must be at least 1, was %d".formatted(what, number));
    }
    return number;
  }
}
