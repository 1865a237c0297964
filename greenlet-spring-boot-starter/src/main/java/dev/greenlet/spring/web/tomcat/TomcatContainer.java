package dev.greenlet.spring.web.tomcat;

import dev.greenlet.spring.web.ContainerRequest;
import dev.greenlet.spring.web.RequestLifecycle;
import dev.greenlet.spring.web.ServletContainer;
import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat: connects the requests of connectors with the protocol of the starter, those of HTTP/2
 * included. Thread-safe.
 */
public final class TomcatContainer implements ServletContainer {

  /** Creates the container. */
  public TomcatContainer() {}

  @Override
  public @Nullable ContainerRequest connect(ServletRequest request, RequestLifecycle lifecycle) {
    if (request.getAttribute(TomcatRequest.ATTRIBUTE) instanceof TomcatRequest known) {
      known.connect(lifecycle);
      return known;
    }
    return null;
  }
}
