package dev.greenlet.spring.autoconfigure.http;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of what greenlets do about HTTP clients. */
@ConfigurationProperties("greenlet.http")
public class GreenletHttpProperties {

  /** Whether the requests of RestClient and RestTemplate are switch points. */
  private boolean enabled = true;

  /**
   * Whether Apache HttpClient connects by the sockets of hubs, where Boot builds it. What its
   * builder was told of connections, other than the sizes of the pool, then goes into beans of type
   * HubConnectionsCustomizer.
   */
  private boolean sockets;

  /** Creates the properties with their defaults. */
  public GreenletHttpProperties() {}

  /**
   * Whether requests are switch points.
   *
   * @return whether they are
   */
  public boolean isEnabled() {
    return enabled;
  }

  /**
   * Sets whether requests are switch points.
   *
   * @param enabled whether they are
   */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /**
   * Whether Apache HttpClient connects by the sockets of hubs.
   *
   * @return whether it does
   */
  public boolean isSockets() {
    return sockets;
  }

  /**
   * Sets whether Apache HttpClient connects by the sockets of hubs.
   *
   * @param sockets whether it does
   */
  public void setSockets(boolean sockets) {
    this.sockets = sockets;
  }
}
