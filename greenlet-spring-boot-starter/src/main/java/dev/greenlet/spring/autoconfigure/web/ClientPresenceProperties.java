package dev.greenlet.spring.autoconfigure.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of what detects that clients disconnect. */
@ConfigurationProperties("greenlet.web")
public class ClientPresenceProperties {

  /** Whether a request that waits is cancelled when its client disconnects. */
  private boolean cancelOnDisconnect = true;

  /** How long lies between two looks at the clients of requests that wait. */
  private Duration disconnectCheck = Duration.ofMillis(250);

  /** Creates the properties with their defaults. */
  public ClientPresenceProperties() {}

  /**
   * Whether a request that waits is cancelled when its client disconnects.
   *
   * @return whether it is
   */
  public boolean isCancelOnDisconnect() {
    return cancelOnDisconnect;
  }

  /**
   * Sets whether a request that waits is cancelled when its client disconnects.
   *
   * @param cancelOnDisconnect whether it is
   */
  public void setCancelOnDisconnect(boolean cancelOnDisconnect) {
    this.cancelOnDisconnect = cancelOnDisconnect;
  }

  /**
   * How long lies between two looks.
   *
   * @return the time
   */
  public Duration getDisconnectCheck() {
    return disconnectCheck;
  }

  /**
   * Sets how long lies between two looks.
   *
   * @param disconnectCheck the time
   */
  public void setDisconnectCheck(Duration disconnectCheck) {
    this.disconnectCheck = disconnectCheck;
  }
}
