package dev.greenlet.spring.watchdog;

import dev.greenlet.watchdog.HubBlockedEvent;
import dev.greenlet.watchdog.HubListener;
import dev.greenlet.watchdog.HubRecoveredEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * A hub listener that publishes each event to the application, for an {@code @EventListener} method
 * with a parameter of type {@link HubBlockedEvent} or {@link HubRecoveredEvent}.
 *
 * <p>The thread of the watchdog calls it, and the listeners of the application with it: a listener
 * that blocks stalls the watchdog.
 */
public final class EventPublisher implements HubListener {
  private final ApplicationEventPublisher events;

  /**
   * Creates a listener.
   *
   * @param events publishes the events
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
