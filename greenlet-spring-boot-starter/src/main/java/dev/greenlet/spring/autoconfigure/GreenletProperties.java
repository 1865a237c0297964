package dev.greenlet.spring.autoconfigure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of greenlets. */
@ConfigurationProperties("greenlet")
public class GreenletProperties {

  /** Whether requests run as greenlets. */
  private boolean enabled = true;

  /** Engine that makes the greenlets. 'auto' takes the native one where it can be had. */
  private Engine engine = Engine.AUTO;

  /** Number of hubs. As many as processors unless set. */
  private @Nullable Integer hubs;

  private Carriers sharedCarriers = new Carriers();

  private final Offload offload = new Offload();

  /** What becomes of greenlets that wait for each other when nothing else can run any more. */
  private Stuck stuck = Stuck.LOG;

  /** How long nothing must have moved until that is said of the greenlets. */
  private Duration stuckGrace = Duration.ofSeconds(10);

  /**
   * How many frames are kept of the stack of whoever spawns a greenlet, to be shown with it. A few
   * cost about a microsecond for each spawn.
   */
  private int spawnSites;

  private final Shutdown shutdown = new Shutdown();

  /** Creates the properties with their defaults. */
  public GreenletProperties() {}

  /** The engines there are. */
  public enum Engine {
    /** The native one where it can be had, else the portable one. */
    AUTO,
    /** Virtual threads on our own scheduler. */
    NATIVE,
    /** The JDK's virtual threads and a baton for each hub. */
    PORTABLE
  }

  /** What becomes of those who wait when nothing can run any more. */
  public enum Stuck {
    /** They go on waiting, and one warning tells who waits for what. */
    LOG,
    /** Those on whom the others depend get a {@code DeadlockException}. */
    FAIL
  }

  /**
   * Whether requests run as greenlets.
   *
   * @return whether requests run as greenlets
   */
  public boolean isEnabled() {
    return enabled;
  }

  /**
   * Sets whether requests run as greenlets.
   *
   * @param enabled whether requests run as greenlets
   */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /**
   * The engine that makes the greenlets.
   *
   * @return the engine
   */
  public Engine getEngine() {
    return engine;
  }

  /**
   * Sets the engine that makes the greenlets.
   *
   * @param engine the engine
   */
  public void setEngine(Engine engine) {
    this.engine = engine;
  }

  /**
   * The number of hubs.
   *
   * @return the number, or {@code null} for as many as processors
   */
  public @Nullable Integer getHubs() {
    return hubs;
  }

  /**
   * Sets the number of hubs.
   *
   * @param hubs at least 1, or {@code null}
   */
  public void setHubs(@Nullable Integer hubs) {
    this.hubs = hubs;
  }

  /**
   * Returns the numbers of carriers of the shared lane.
   *
   * @return the carriers
   */
  public Carriers getSharedCarriers() {
    return sharedCarriers;
  }

  /**
   * Sets the numbers of carriers of the shared lane.
   *
   * @param sharedCarriers the carriers
   */
  public void setSharedCarriers(Carriers sharedCarriers) {
    this.sharedCarriers = sharedCarriers;
  }

  /**
   * Returns the properties of what is offloaded.
   *
   * @return the properties
   */
  public Offload getOffload() {
    return offload;
  }

  /**
   * What becomes of those who wait when nothing can run any more.
   *
   * @return what becomes of them
   */
  public Stuck getStuck() {
    return stuck;
  }

  /**
   * Sets what becomes of those who wait when nothing can run any more.
   *
   * @param stuck what becomes of them
   */
  public void setStuck(Stuck stuck) {
    this.stuck = stuck;
  }

  /**
   * How long nothing must have moved.
   *
   * @return the grace
   */
  public Duration getStuckGrace() {
    return stuckGrace;
  }

  /**
   * Sets how long nothing must have moved.
   *
   * @param stuckGrace more than zero
   */
  public void setStuckGrace(Duration stuckGrace) {
    this.stuckGrace = stuckGrace;
  }

  /**
   * The number of frames that are kept of who spawns a greenlet.
   *
   * @return the number of frames
   */
  public int getSpawnSites() {
    return spawnSites;
  }

  /**
   * Sets the number of frames that are kept of who spawns a greenlet.
   *
   * @param spawnSites not negative
   */
  public void setSpawnSites(int spawnSites) {
    this.spawnSites = spawnSites;
  }

  /**
   * Properties of the stop.
   *
   * @return the properties
   */
  public Shutdown getShutdown() {
    return shutdown;
  }

  /** Properties of the stop. */
  public static class Shutdown {

    /**
     * How long greenlets that are killed at the stop may take to end; less if the timeout of a
     * phase of the shutdown is less than four seconds.
     */
    private Duration grace = Duration.ofSeconds(2);

    /**
     * How long accepted requests and tasks of 'greenletTaskExecutor' may take at the stop until
     * they are killed, in all. Unless set, 23s: with the grace, five seconds less than a phase of
     * the shutdown may last. Zero if 'server.shutdown' is 'immediate'.
     */
    private @Nullable Duration drain;

    /** Creates the properties with their defaults. */
    public Shutdown() {}

    /**
     * How long the stop waits for requests.
     *
     * @return how long, or {@code null} for the default
     */
    public @Nullable Duration getDrain() {
      return drain;
    }

    /**
     * Sets how long the stop waits for requests.
     *
     * @param drain not negative, or {@code null}
     */
    public void setDrain(@Nullable Duration drain) {
      this.drain = drain;
    }

    /**
     * How long the killed may take to end.
     *
     * @return the grace
     */
    public Duration getGrace() {
      return grace;
    }

    /**
     * Sets how long the killed may take to end.
     *
     * @param grace the grace
     */
    public void setGrace(Duration grace) {
      this.grace = grace;
    }
  }

  /** Numbers of carriers of a lane. */
  public static class Carriers {

    /**
     * Number of carriers, on the native engine. As many as processors, and at least 2, unless set.
     */
    private @Nullable Integer min;

    /**
     * Number of carriers that are added at most, the first ones included, when all are occupied.
     */
    private @Nullable Integer max;

    /** Creates the numbers with their defaults. */
    public Carriers() {}

    /**
     * Returns the numbers that a plain number stands for.
     *
     * @param min the least number
     * @return that number, and the default of the greatest
     * @throws NumberFormatException if it is no number
     */
    public static Carriers valueOf(String min) {
      Carriers carriers = new Carriers();
      carriers.setMin(Integer.valueOf(min.trim()));
      return carriers;
    }

    /**
     * Returns the number of carriers.
     *
     * @return the number, or {@code null} for the default
     */
    public @Nullable Integer getMin() {
      return min;
    }

    /**
     * Sets the number of carriers.
     *
     * @param min at least 1, or {@code null}
     */
    public void setMin(@Nullable Integer min) {
      this.min = min;
    }

    /**
     * Returns the greatest number of carriers.
     *
     * @return the number, or {@code null} for the default
     */
    public @Nullable Integer getMax() {
      return max;
    }

    /**
     * Sets the greatest number of carriers.
     *
     * @param max at least as many as the least number, or {@code null}
     */
    public void setMax(@Nullable Integer max) {
      this.max = max;
    }
  }

  /** Properties of what is offloaded. */
  public static class Offload {
    private Carriers carriers = new Carriers();

    /** Creates the properties with their defaults. */
    public Offload() {}

    /**
     * Returns the numbers of carriers.
     *
     * @return the carriers
     */
    public Carriers getCarriers() {
      return carriers;
    }

    /**
     * Sets the numbers of carriers.
     *
     * @param carriers the carriers
     */
    public void setCarriers(Carriers carriers) {
      this.carriers = carriers;
    }
  }
}
