package dev.greenlet.spring.http;

import dev.greenlet.Printable;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;

/**
 * The name of an exchange where waits are shown: method, address and path, or the template of the
 * path where Spring provides it. It omits the user, the path parameters and the query, which may be
 * confidential.
 */
final class ExchangeName {
  private static final String TEMPLATE = "org.springframework.web.client.RestClient.uriTemplate";

  private ExchangeName() {}

  static String of(HttpRequest request) {
    return of(request.getMethod(), request.getURI(), request.getAttributes().get(TEMPLATE));
  }

  static String of(HttpMethod method, URI uri, @Nullable Object template) {
    StringBuilder text = new StringBuilder(method.name()).append(' ');
    if (uri.getHost() != null) {
      text.append(uri.getScheme()).append("://").append(uri.getHost());
      if (uri.getPort() >= 0) {
        text.append(':').append(uri.getPort());
      }
    }
    return text.append(Printable.path(pathOf(uri, template))).toString();
  }

  private static String pathOf(URI uri, @Nullable Object known) {
    if (known instanceof String template) {
      String path = pathOf(template);
      if (path.startsWith("/")) {
        return path;
      }
    }
    String path = uri.getRawPath();
    return path == null ? "" : path;
  }

  /**
   * Returns the part between the address, which may be a template too, and the query or fragment.
   */
  private static String pathOf(String template) {
    int address = template.indexOf("://");
    int begin = address < 0 ? 0 : template.indexOf('/', address + "://".length());
    String path = begin < 0 ? "" : template.substring(begin);
    int end = path.length();
    for (char stop : new char[] {'?', '#'}) {
      int at = path.indexOf(stop);
      end = at < 0 ? end : Math.min(end, at);
    }
    return path.substring(0, end);
  }
}
