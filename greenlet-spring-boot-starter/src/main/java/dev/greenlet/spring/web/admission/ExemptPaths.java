package dev.greenlet.spring.web.admission;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.List;
import org.springframework.util.AntPathMatcher;

/**
 * Paths that need no admission. Patterns are matched against the decoded and normalised path by
 * which the container selects the servlet, so a request cannot bypass admission by the spelling of
 * its path. Thread-safe.
 */
public final class ExemptPaths {
  private final AntPathMatcher matcher = new AntPathMatcher();
  private final List<String> patterns;

  /**
   * Creates a set of paths.
   *
   * @param patterns Ant-style patterns of paths within the application, such as {@code /status/**}
   */
  public ExemptPaths(Collection<String> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  boolean contain(HttpServletRequest request) {
    if (patterns.isEmpty()) {
      return false;
    }
    String info = request.getPathInfo();
    String path = info == null ? request.getServletPath() : request.getServletPath() + info;
    return patterns.stream().anyMatch(pattern -> matcher.match(pattern, path));
  }
}
