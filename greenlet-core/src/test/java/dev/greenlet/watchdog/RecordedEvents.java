package dev.greenlet.watchdog;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the events of a watchdog. */
final class RecordedEvents implements HubListener {
  final List<HubBlockedEvent> blocked = new CopyOnWriteArrayList<>();
  final List<HubBlockedEvent> stillBlocked = new CopyOnWriteArrayList<>();
  final List<HubRecoveredEvent> recovered = new CopyOnWriteArrayList<>();

  @Override
  public void blocked(HubBlockedEvent event) {
    blocked.add(event);
  }

  @Override
  public void stillBlocked(HubBlockedEvent event) {
    stillBlocked.add(event);
  }

  @Override
  public void recovered(HubRecoveredEvent event) {
    recovered.add(event);
  }
}
