package dev.greenlet.spring.web;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Connects requests to what their container knows of them beyond the servlet API. There is one
 * implementation for each container.
 */
@FunctionalInterface
public interface ServletContainer {

  /** Knows nothing beyond the servlet API. */
  ServletContainer UNKNOWN = (_, _) -> null;

  /**
   * Has the container end the lifecycle of a request: after the response is complete or aborted,
   * and after the last dispatch has returned. The thread of the first dispatch; does not block.
   *
   * @param request the request, as the filter received it
   * @param lifecycle the lifecycle to end
   * @return the container's view of the request, or {@code null} if the container does not report
   *     its end
   */
  @Nullable ContainerRequest connect(ServletRequest request, RequestLifecycle lifecycle);
}
