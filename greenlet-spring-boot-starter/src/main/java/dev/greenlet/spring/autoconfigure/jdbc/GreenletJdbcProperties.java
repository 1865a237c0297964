package dev.greenlet.spring.autoconfigure.jdbc;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of what greenlets do about JDBC. */
@ConfigurationProperties("greenlet.jdbc")
public class GreenletJdbcProperties {

  /** Whether the blocking calls of every DataSource are switch points. */
  private boolean enabled = true;

  /** Whether those who want a connection are queued before its pool, first come first served. */
  private boolean gate = true;

  /**
   * How many hold connections of a pool at once at most, by the name of its DataSource bean. As
   * many as the pool has connections unless set.
   */
  private Map<String, Integer> gateWidth = new HashMap<>();

  /**
   * Whether the drivers of PostgreSQL, MariaDB and MySQL are pointed at the sockets of hubs, unless
   * they have a socket factory of their own.
   */
  private boolean sockets = true;

  /**
   * How long a JDBC call may go on after a kill or the end of a deadline has cancelled it. Then its
   * connection is aborted and leaves the pool.
   */
  private Duration cancelPatience = Duration.ofSeconds(1);

  /** Creates the properties with their defaults. */
  public GreenletJdbcProperties() {}

  /**
   * Whether the blocking calls of every data source are switch points.
   *
   * @return whether they are
   */
  public boolean isEnabled() {
    return enabled;
  }

  /**
   * Sets whether the blocking calls of every data source are switch points.
   *
   * @param enabled whether they are
   */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /**
   * Whether there is a queue before every pool.
   *
   * @return whether there is
   */
  public boolean isGate() {
    return gate;
  }

  /**
   * Sets whether there is a queue before every pool.
   *
   * @param gate whether there is
   */
  public void setGate(boolean gate) {
    this.gate = gate;
  }

  /**
   * How many hold connections of a pool at once at most.
   *
   * @return the numbers by the name of the bean
   */
  public Map<String, Integer> getGateWidth() {
    return gateWidth;
  }

  /**
   * Sets how many hold connections of a pool at once at most.
   *
   * @param gateWidth the numbers, each at least 1, by the name of the bean
   */
  public void setGateWidth(Map<String, Integer> gateWidth) {
    this.gateWidth = gateWidth;
  }

  /**
   * Whether drivers are pointed at the sockets of hubs.
   *
   * @return whether they are
   */
  public boolean isSockets() {
    return sockets;
  }

  /**
   * Sets whether drivers are pointed at the sockets of hubs.
   *
   * @param sockets whether they are
   */
  public void setSockets(boolean sockets) {
    this.sockets = sockets;
  }

  /**
   * Returns how long a cancelled JDBC call may go on before its connection is aborted.
   *
   * @return the time
   */
  public Duration getCancelPatience() {
    return cancelPatience;
  }

  /**
   * Sets how long a cancelled JDBC call may go on before its connection is aborted.
   *
   * @param cancelPatience the time, more than zero
   */
  public void setCancelPatience(Duration cancelPatience) {
    this.cancelPatience = cancelPatience;
  }
}
