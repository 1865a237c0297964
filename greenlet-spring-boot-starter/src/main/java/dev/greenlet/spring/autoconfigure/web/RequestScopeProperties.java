package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.spring.web.scope.ChildPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of how long requests may take, and of what they spawn. */
@ConfigurationProperties("greenlet.web")
public class RequestScopeProperties {

  /**
   * How long a request may take from the filters on, unless its handler's annotation says
   * otherwise. Does not end asynchronous answers that have begun to go out. There is no limit
   * unless set.
   */
  private @Nullable Duration timeout;

  /** What becomes of the greenlets that a request has spawned when it ends. */
  private ChildPolicy children = ChildPolicy.JOIN;

  /**
   * How long a request that is cut short may go on waiting in what is no switch point until it is
   * interrupted, with what it has spawned. It is not unless set: an interrupt closes the socket
   * that it finds.
   */
  private @Nullable Duration interruptAfter;

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
  public ChildPolicy getChildren() {
    return children;
  }

  /**
   * Sets what becomes of the greenlets that a request has spawned.
   *
   * @param children what becomes of them
   */
  public void setChildren(ChildPolicy children) {
    this.children = children;
  }

  /**
   * How long a request that is cut short may go on waiting until it is interrupted.
   *
   * @return the time, or {@code null} for ever
   */
  public @Nullable Duration getInterruptAfter() {
    return interruptAfter;
  }

  /**
   * Sets how long a request that is cut short may go on waiting until it is interrupted.
   *
   * @param interruptAfter the time, or {@code null} for ever
   */
  public void setInterruptAfter(@Nullable Duration interruptAfter) {
    this.interruptAfter = interruptAfter;
  }
}
