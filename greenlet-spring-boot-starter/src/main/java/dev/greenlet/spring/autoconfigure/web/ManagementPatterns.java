package dev.greenlet.spring.autoconfigure.web;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;

/** The paths of the management endpoints on the port of the application. */
final class ManagementPatterns {

  private ManagementPatterns() {}

  /**
   * Returns patterns for all endpoints: one if they have a base path of their own, otherwise one
   * for each; and for additional paths, such as the health groups {@code livez} and {@code readyz}.
   */
  static Stream<String> of(PathMappedEndpoints endpoints, DispatcherServletPath servlet) {
    String base = endpoints.getBasePath();
    Stream<String> paths = base.isEmpty() ? endpoints.getAllPaths().stream() : Stream.of(base);
    Stream<String> additional =
        endpoints.stream()
            .map(endpoint -> endpoint.getAdditionalPaths(WebServerNamespace.SERVER))
            .flatMap(List::stream);
    return Stream.concat(paths, additional).map(path -> servlet.getRelativePath(path) + "/**");
  }
}
