package dev.greenlet.watchdog;

/**
 * Hears of blocked hubs, and of other lanes without a free carrier. Called by the watchdog's
 * thread, one event at a time: a listener that blocks blinds the watchdog. What a listener throws
 * is logged and stops nobody.
 */
public interface HubListener {

  /**
   * A hub is blocked. Called once per incident, unless there were too many lately.
   *
   * @param event who blocks it, and why
   */
  void blocked(HubBlockedEvent event);

  /**
   * A hub that was reported as blocked still is when the slice has lasted ten times the threshold.
   * Called at most once per incident.
   *
   * @param event which greenlet blocks it, and why by now
   */
  default void stillBlocked(HubBlockedEvent event) {}

  /**
   * A hub that was told to be blocked is not any more.
   *
   * @param event how long it took
   */
  default void recovered(HubRecoveredEvent event) {}

  /**
   * Greenlets that are ready find no carrier on a lane that is no hub. Called once per incident,
   * unless there were too many lately.
   *
   * @param event which lane, and what occupies its carriers
   */
  default void starved(LaneStarvedEvent event) {}

  /**
   * A lane that was reported as starved runs its greenlets again.
   *
   * @param event how long it took
   */
  default void recovered(LaneRecoveredEvent event) {}

  /**
   * Whether the event is to carry the culprit's stack, and the cause, which is told by the stack.
   * It is taken once per incident, and only when some listener wants it.
   *
   * @return {@code true} unless overridden
   */
  default boolean wantsStack() {
    return true;
  }

  /**
   * Logs one warning per incident, with the frame to look at, and a second one if it lasts ten
   * times the threshold; the stack on level debug. What is slow because it runs for the first time
   * ({@link BlockCause#CLASS_INITIALISATION}, {@link BlockCause#WARM_UP}) is on level debug until
   * then.
   *
   * @return the listener that every watchdog starts with
   */
  static HubListener logging() {
    return LoggingListener.INSTANCE;
  }
}
