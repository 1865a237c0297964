package dev.greenlet.spring.web;

/** Detects that the clients of requests disconnect. */
@FunctionalInterface
public interface DisconnectDetection {

  /** Detects nothing. */
  DisconnectDetection NONE = (_, _) -> {};

  /**
   * Begins to watch the client of a request, until the lifecycle of the request ends. A disconnect
   * is reported to the lifecycle. The thread of the first dispatch; does not block.
   *
   * @param request the container's view of the request
   * @param lifecycle the lifecycle
   */
  void begin(ContainerRequest request, RequestLifecycle lifecycle);
}
