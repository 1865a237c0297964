package dev.greenlet.spring.web;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Connects requests to the facts that their container knows beyond the servlet API. An SPI with one
 * implementation for each container; implementations are thread-safe.
 */
@FunctionalInterface
public interface ServletContainer {

  /** A container of which only the servlet API is known. */
  ServletContainer UNKNOWN = (_, _) -> null;

  /**
   * Makes the container end the lifecycle of a request, after the response is complete or aborted
   * and the last dispatch has returned. The thread of the first dispatch; does not block.
   *
   * @param request the request, as the filter received it
   * @param lifecycle the lifecycle to end
   * @return the container's view of the request, or {@code null} if the container does not report
   *     its end
   */
  @Nullable ContainerRequest connect(ServletRequest request, RequestLifecycle lifecycle);
}
