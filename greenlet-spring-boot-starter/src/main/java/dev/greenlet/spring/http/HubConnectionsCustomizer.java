package dev.greenlet.spring.http;

/**
 * Customizes the connections that Boot's Apache HttpClient makes on hub sockets ({@code
 * greenlet.http.sockets}). Beans of this type are applied in their order, after what Boot's
 * settings say: time limits, SSL bundle, filter of addresses, and the sizes of the pool.
 */
@FunctionalInterface
public interface HubConnectionsCustomizer {

  /**
   * Changes what is to be built.
   *
   * @param connections builds the connection manager of one client
   */
  void customize(HubSocketConnectionManagerBuilder connections);
}
