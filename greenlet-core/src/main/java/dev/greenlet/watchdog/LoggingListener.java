package dev.greenlet.watchdog;

import dev.greenlet.Printable;
import java.lang.System.Logger.Level;
import java.util.stream.Collectors;

/** Logs the reports of the watchdog to the platform logger. */
final class LoggingListener implements HubListener {
  static final LoggingListener INSTANCE =
      new LoggingListener(System.getLogger(HubWatchdog.class.getName()));

  private final System.Logger log;

  LoggingListener(System.Logger log) {
    this.log = log;
  }

  @Override
  public void blocked(HubBlockedEvent event) {
    log.log(isFirstUse(event) ? Level.DEBUG : Level.WARNING, blockedMessage("", event));
    log.log(Level.DEBUG, () -> stackMessage(event));
  }

  @Override
  public void stillBlocked(HubBlockedEvent event) {
    log.log(Level.WARNING, blockedMessage("still ", event));
    log.log(Level.DEBUG, () -> stackMessage(event));
  }

  @Override
  public void recovered(HubRecoveredEvent event) {
    HubBlockedEvent incident = event.incident();
    boolean lasted =
        event.duration().dividedBy(HubMonitor.LASTING).compareTo(incident.threshold()) >= 0;
    log.log(isFirstUse(incident) && !lasted ? Level.DEBUG : Level.INFO, recoveredMessage(event));
  }

  @Override
  public void starved(LaneStarvedEvent event) {
    log.log(Level.WARNING, starvedMessage(event));
  }

  @Override
  public void recovered(LaneRecoveredEvent event) {
    log.log(
        Level.INFO,
        "Lane '%s' recovered after %d ms"
            .formatted(event.incident().lane(), event.duration().toMillis()));
  }

  private static String starvedMessage(LaneStarvedEvent event) {
    return "Lane '%s' has been starved for %d ms (threshold %d ms): %s while others are ready%s%s"
        .formatted(
            event.lane(),
            event.duration().toMillis(),
            event.threshold().toMillis(),
            event.ofTheJdk()
                ? "running virtual threads occupy all carriers of the JDK"
                : "greenlets occupy all %d carriers".formatted(event.carriers()),
            event.occupants().isEmpty() ? "" : ", " + String.join(", ", event.occupants()),
            event.suppressed() == 0
                ? ""
                : " (%d earlier incidents were not reported)".formatted(event.suppressed()));
  }

  /**
   * Returns whether the incident happens once, which does not concern an operator unless it
   * persists.
   */
  private static boolean isFirstUse(HubBlockedEvent event) {
    return event.cause() == BlockCause.CLASS_INITIALISATION || event.cause() == BlockCause.WARM_UP;
  }

  private static String blockedMessage(String still, HubBlockedEvent event) {
    StackTraceElement frame = event.frame();
    return "Hub '%s' is %sblocked for %d ms by %s (threshold %d ms), cause %s%s%s"
        .formatted(
            event.hub(),
            still,
            event.duration().toMillis(),
            event.culprit(),
            event.threshold().toMillis(),
            event.cause(),
            frame == null ? "" : ": " + Printable.of(frame.toString()),
            event.suppressed() == 0
                ? ""
                : " (%d earlier incidents were not reported)".formatted(event.suppressed()));
  }

  private static String recoveredMessage(HubRecoveredEvent event) {
    return "Hub '%s' recovered after %d ms; it was blocked by %s"
        .formatted(event.incident().hub(), event.duration().toMillis(), event.incident().culprit());
  }

  private static String stackMessage(HubBlockedEvent event) {
    return event.stack().stream()
        .map(frame -> "\tat " + Printable.of(frame.toString()))
        .collect(Collectors.joining("\n", "Stack of " + event.culprit() + ":\n", ""));
  }
}
