package dev.greenlet.spring.autoconfigure.web;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of the admission of requests. */
@ConfigurationProperties("greenlet.web")
public class AdmissionProperties {

  /** How many requests may live at once. Unlimited unless set. */
  private @Nullable Integer maxLive;

  /** How many requests may wait in the queue to be admitted. As many as may live unless set. */
  private @Nullable Integer queueSize;

  /** How long a request may wait in the queue to be admitted. */
  private Duration queueTimeout = Duration.ofSeconds(1);

  /** Ant-style patterns of paths that are admitted whatever the load, besides the management's. */
  private List<String> alwaysAdmit = List.of();

  /**
   * How the limit comes about. 'aimd' moves it between 1 and 'max-live' by latency; a bean of type
   * AimdLimit sets other bounds.
   */
  private Limit limit = Limit.FIXED;

  /** Creates the properties with their defaults. */
  public AdmissionProperties() {}

  /** The limits there are. */
  public enum Limit {
    /** Always 'max-live'. */
    FIXED,
    /** Additive increase, multiplicative decrease, by Netflix' concurrency-limits. */
    AIMD
  }

  /**
   * How many requests may live at once.
   *
   * @return the number, or {@code null} for any number
   */
  public @Nullable Integer getMaxLive() {
    return maxLive;
  }

  /**
   * Sets how many requests may live at once.
   *
   * @param maxLive at least 1, or {@code null}
   */
  public void setMaxLive(@Nullable Integer maxLive) {
    this.maxLive = maxLive;
  }

  /**
   * How many requests may wait in the queue.
   *
   * @return the number, or {@code null} for as many as may live
   */
  public @Nullable Integer getQueueSize() {
    return queueSize;
  }

  /**
   * Sets how many requests may wait in the queue.
   *
   * @param queueSize not negative, or {@code null}
   */
  public void setQueueSize(@Nullable Integer queueSize) {
    this.queueSize = queueSize;
  }

  /**
   * How long a request may wait in the queue.
   *
   * @return the time
   */
  public Duration getQueueTimeout() {
    return queueTimeout;
  }

  /**
   * Sets how long a request may wait in the queue.
   *
   * @param queueTimeout the time, not negative
   */
  public void setQueueTimeout(Duration queueTimeout) {
    this.queueTimeout = queueTimeout;
  }

  /**
   * Paths that are admitted whatever the load.
   *
   * @return the patterns
   */
  public List<String> getAlwaysAdmit() {
    return alwaysAdmit;
  }

  /**
   * Sets paths that are admitted whatever the load.
   *
   * @param alwaysAdmit patterns that begin with a slash
   */
  public void setAlwaysAdmit(List<String> alwaysAdmit) {
    this.alwaysAdmit = alwaysAdmit;
  }

  /**
   * How the limit comes about.
   *
   * @return the limit
   */
  public Limit getLimit() {
    return limit;
  }

  /**
   * Sets how the limit comes about.
   *
   * @param limit the limit
   */
  public void setLimit(Limit limit) {
    this.limit = limit;
  }
}
