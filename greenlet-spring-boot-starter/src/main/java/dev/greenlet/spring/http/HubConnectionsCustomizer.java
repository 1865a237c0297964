package dev.greenlet.spring.http;

/**
 * Customizes the connections of Boot's Apache HttpClient on hub sockets ({@code
 * greenlet.http.sockets}). Beans of this type are applied in their order, after Boot's settings:
 * timeouts, SSL bundle, address filter, and pool sizes. An extension point for applications. Called
 * on the thread that builds a client, possibly by several threads at once.
 */
@FunctionalInterface
public interface HubConnectionsCustomizer {

  /**
   * Customizes the connection manager of one client before it is built.
   *
   * @param connections the builder of the connection manager
   */
  void customize(HubSocketConnectionManagerBuilder connections);
}
