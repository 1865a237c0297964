package dev.greenlet.spring.autoconfigure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of greenlets. Switches that only conditions read are not among them: they are
 * described in {@code additional-spring-configuration-metadata.json}. Immutable.
 *
 * @param engine Engine that runs the greenlets. 'auto' selects the native engine where it is
 *     available.
 * @param hubs Number of hubs. The number of processors by default.
 * @param sharedCarriers Carriers of the shared lane.
 * @param offload Offloaded calls.
 * @param stuck What to do with the waiting greenlets when no greenlet can run any more.
 * @param stuckGrace Time without any progress after which greenlets are considered stuck.
 * @param spawnSites Number of stack frames of the spawner to record for each greenlet, and to show
 *     with it. A few frames cost about a microsecond for each spawn.
 * @param shutdown The stop of the application.
 * @param watchdog The watchdog.
 */
@ConfigurationProperties("greenlet")
public record GreenletProperties(
    @DefaultValue("auto") Engine engine,
    @Nullable Integer hubs,
    @DefaultValue Carriers sharedCarriers,
    @DefaultValue Offload offload,
    @DefaultValue("log") Stuck stuck,
    @DefaultValue("10s") Duration stuckGrace,
    @DefaultValue("0") int spawnSites,
    @DefaultValue Shutdown shutdown,
    @DefaultValue Watchdog watchdog) {

  /** An engine, or the choice of one. */
  public enum Engine {
    /** The native engine where it is available, otherwise the portable engine. */
    AUTO,
    /** Virtual threads on the scheduler of this library. */
    NATIVE,
    /** Virtual threads on the scheduler of the JDK, and a baton for each hub. */
    PORTABLE
  }

  /** What to do when no greenlet can run any more. */
  public enum Stuck {
    /** The greenlets keep waiting; one warning lists them and what they wait for. */
    LOG,
    /** The greenlets that others depend on get a {@code DeadlockException}. */
    FAIL
  }

  /**
   * The numbers of carriers of a lane.
   *
   * @param min Number of carriers, on the native engine. By default the number of processors, but
   *     at least 2.
   * @param max Maximum number of carriers, including the initial ones. Carriers are added while all
   *     are occupied.
   */
  public record Carriers(@Nullable Integer min, @Nullable Integer max) {
    /**
     * Returns the numbers for a plain number, which sets the minimum. Boot's conversion calls it.
     *
     * @param min the minimum as text
     * @return that minimum, and the default maximum
     * @throws NumberFormatException if the text is not a number
     */
    public static Carriers valueOf(String min) {
      return new Carriers(Integer.valueOf(min.trim()), null);
    }
  }

  /**
   * Properties of offloaded calls.
   *
   * @param carriers Carriers of the offload lane.
   */
  public record Offload(@DefaultValue Carriers carriers) {}

  /**
   * Properties of the stop of the application.
   *
   * @param grace Time for killed greenlets to end when the application stops; less if the timeout
   *     of a shutdown phase is less than four seconds.
   * @param drain Total time for accepted requests and tasks of 'greenletTaskExecutor' to end when
   *     the application stops; then they are killed. By default 23s: together with the grace, five
   *     seconds less than the timeout of a shutdown phase. Zero if 'server.shutdown' is
   *     'immediate'.
   */
  public record Shutdown(@DefaultValue("2s") Duration grace, @Nullable Duration drain) {}

  /**
   * Properties of the watchdog.
   *
   * @param threshold Time that a greenlet may run without a switch point before it is reported as
   *     blocking its hub.
   */
  public record Watchdog(@DefaultValue("100ms") Duration threshold) {}
}
