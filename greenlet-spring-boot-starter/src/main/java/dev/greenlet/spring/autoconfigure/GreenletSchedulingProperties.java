package dev.greenlet.spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of scheduled tasks. */
@ConfigurationProperties("greenlet.scheduling")
public class GreenletSchedulingProperties {

  /** Whether tasks with '@Scheduled' run as greenlets. */
  private boolean enabled;

  /** Creates the properties with their defaults. */
  public GreenletSchedulingProperties() {}

  /**
   * Whether scheduled tasks run as greenlets.
   *
   * @return whether they do
   */
  public boolean isEnabled() {
    return enabled;
  }

  /**
   * Sets whether scheduled tasks run as greenlets.
   *
   * @param enabled whether they do
   */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }
}
