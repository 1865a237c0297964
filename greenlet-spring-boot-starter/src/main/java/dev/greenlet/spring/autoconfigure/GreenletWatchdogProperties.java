package dev.greenlet.spring.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of the watchdog. */
@ConfigurationProperties("greenlet.watchdog")
public class GreenletWatchdogProperties {

  /** Whether a watchdog tells who blocks a hub. */
  private boolean enabled = true;

  /** How long a greenlet may run without a switch point until it is told to block its hub. */
  private Duration threshold = Duration.ofMillis(100);

  /** Creates the properties with their defaults. */
  public GreenletWatchdogProperties() {}

  /**
   * Whether there is a watchdog.
   *
   * @return whether there is one
   */
  public boolean isEnabled() {
    return enabled;
  }

  /**
   * Sets whether there is a watchdog.
   *
   * @param enabled whether there is one
   */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /**
   * How long a slice may last.
   *
   * @return how long
   */
  public Duration getThreshold() {
    return threshold;
  }

  /**
   * Sets how long a slice may last.
   *
   * @param threshold more than nothing
   */
  public void setThreshold(Duration threshold) {
    this.threshold = threshold;
  }
}
