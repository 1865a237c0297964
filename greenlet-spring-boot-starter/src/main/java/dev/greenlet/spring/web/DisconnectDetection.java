package dev.greenlet.spring.web;

/** Detects disconnects of the clients of requests. An SPI; implementations are thread-safe. */
@FunctionalInterface
public interface DisconnectDetection {

  /** Detects nothing. */
  DisconnectDetection NONE = (_, _) -> {};

  /**
   * Watches the client of a request until the lifecycle of the request ends, and reports a
   * disconnect to the lifecycle. The thread of the first dispatch; does not block.
   *
   * @param request the container's view of the request
   * @param lifecycle the lifecycle
   */
  void begin(ContainerRequest request, RequestLifecycle lifecycle);
}
