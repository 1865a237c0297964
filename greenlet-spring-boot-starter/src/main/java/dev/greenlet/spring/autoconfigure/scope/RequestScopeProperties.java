package dev.greenlet.spring.autoconfigure.scope;

import dev.greenlet.spring.web.scope.Children;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of how long requests may take, and of what they spawn. */
@ConfigurationProperties("greenlet.web")
public class RequestScopeProperties {

  /**
   * How long a request may take from the filters on, unless its handler's annotation says
   * otherwise. There is no limit unless set.
   */
  private @Nullable Duration timeout;

  /** What becomes of the greenlets that a request has spawned when it ends. */
  private Children children = Children.JOIN;

  /** Creates the properties with their defaults. */
  public RequestScopeProperties() {}

  /**
   * How long a request may take.
   *
   * @return the time, or {@code null} for no limit
   */
  public @Nullable Duration getTimeout() {
    return timeout;
  }

  /**
   * Sets how long a request may take.
   *
   * @param timeout the time, or {@code null} for no limit
   */
  public void setTimeout(@Nullable Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * What becomes of the greenlets that a request has spawned.
   *
   * @return what becomes of them
   */
  public Children getChildren() {
    return children;
  }

  /**
   * Sets what becomes of the greenlets that a request has spawned.
   *
   * @param children what becomes of them
   */
  public void setChildren(Children children) {
    this.children = children;
  }
}
