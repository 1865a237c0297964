package dev.greenlet.watchdog;

import java.lang.System.Logger.Level;
import java.util.stream.Collectors;

/** Writes what the watchdog sees to the log of the platform. */
final class LoggingListener implements HubListener {
  static final LoggingListener INSTANCE =
      new LoggingListener(System.getLogger(HubWatchdog.class.getName()));

  private final System.Logger log;

  LoggingListener(System.Logger log) {
    this.log = log;
  }

  @Override
  public void blocked(HubBlockedEvent event) {
    log.log(Level.WARNING, blockedMessage(event));
    log.log(Level.DEBUG, () -> stackMessage(event));
  }

  @Override
  public void recovered(HubRecoveredEvent event) {
    log.log(Level.INFO, recoveredMessage(event));
  }

  private static String blockedMessage(HubBlockedEvent event) {
    StackTraceElement frame = event.frame();
    return "Hub '%s' is blocked for %d ms by %s (threshold %d ms), cause %s%s%s"
        .formatted(
            event.hub(),
            event.duration().toMillis(),
            event.culprit(),
            event.threshold().toMillis(),
            event.cause(),
            frame == null ? "" : ": " + frame,
            event.suppressed() == 0
                ? ""
                : " (%d earlier incidents were not told)".formatted(event.suppressed()));
  }

  private static String recoveredMessage(HubRecoveredEvent event) {
    return "Hub '%s' goes on after %d ms, when it was blocked by %s"
        .formatted(event.incident().hub(), event.duration().toMillis(), event.incident().culprit());
  }

  private static String stackMessage(HubBlockedEvent event) {
    return event.stack().stream()
        .map(frame -> "\tat " + frame)
        .collect(Collectors.joining("\n", "Stack of " + event.culprit() + ":\n", ""));
  }
}
