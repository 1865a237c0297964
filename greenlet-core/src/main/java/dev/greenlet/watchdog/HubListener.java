package dev.greenlet.watchdog;

/**
 * Receives reports about blocked hubs, and about other lanes without a free carrier. Called by the
 * thread of the watchdog, one event at a time: a listener that blocks stalls the watchdog. An
 * exception of a listener is logged and affects neither the watchdog nor other listeners.
 */
public interface HubListener {

  /**
   * Called when a hub is blocked: once per incident, unless the {@linkplain
   * WatchdogOptions#incidents() limit} of reports is reached.
   *
   * @param event the blocking greenlet and the cause
   */
  void blocked(HubBlockedEvent event);

  /**
   * Called when a hub that was reported as blocked still is after ten times the threshold. At most
   * once per incident.
   *
   * @param event the blocking greenlet and the cause by now
   */
  default void stillBlocked(HubBlockedEvent event) {}

  /**
   * Called when a hub that was reported as blocked has recovered.
   *
   * @param event the incident and its duration
   */
  default void recovered(HubRecoveredEvent event) {}

  /**
   * Called when ready greenlets find no carrier on a lane that is not a hub: once per incident,
   * unless the {@linkplain WatchdogOptions#incidents() limit} of reports is reached.
   *
   * @param event the lane and the greenlets that occupy its carriers
   */
  default void starved(LaneStarvedEvent event) {}

  /**
   * Called when a lane that was reported as starved has recovered.
   *
   * @param event the incident and its duration
   */
  default void recovered(LaneRecoveredEvent event) {}

  /**
   * Returns whether events should carry the stack of the blocking greenlet, and the cause, which is
   * derived from the stack. The stack is taken once per report, and only if at least one listener
   * wants it.
   *
   * @return {@code true} unless overridden
   */
  default boolean wantsStack() {
    return true;
  }

  /**
   * Returns the listener that logs: one warning per incident, with the most relevant frame, and a
   * second one after ten times the threshold; the stack at level debug. An incident during the
   * first use of code ({@link BlockCause#CLASS_INITIALISATION}, {@link BlockCause#WARM_UP}) is
   * logged at level debug until then.
   *
   * @return the listener that every watchdog starts with
   */
  static HubListener logging() {
    return LoggingListener.INSTANCE;
  }
}
