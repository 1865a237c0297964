package dev.greenlet.spring.watchdog;

import dev.greenlet.watchdog.HubBlockedEvent;
import dev.greenlet.watchdog.HubListener;
import dev.greenlet.watchdog.HubRecoveredEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes each event to the application, for an {@code @EventListener} method that takes a {@link
 * HubBlockedEvent} or a {@link HubRecoveredEvent}. It is called by the watchdog's thread, and
 * blinds the watchdog while it runs.
 */
public final class EventPublisher implements HubListener {
  private final ApplicationEventPublisher events;

  /**
   * Creates a listener.
   *
   * @param events where to publish
   */
  public EventPublisher(ApplicationEventPublisher events) {
    this.events = events;
  }

  @Override
  public void blocked(HubBlockedEvent event) {
    events.publishEvent(event);
  }

  @Override
  public void recovered(HubRecoveredEvent event) {
    events.publishEvent(event);
  }
}
