package dev.greenlet.spring.web;

import dev.greenlet.GreenletTask;
import dev.greenlet.Printable;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The names of requests: one line of limited length, without query and path parameters.
 * Thread-safe.
 */
public final class RequestName {
  private static final int MAX_LENGTH = 200;

  private RequestName() {}

  /**
   * Returns the default name of a request.
   *
   * @param request the request
   * @return method and path as sent, without path parameters
   */
  public static String of(HttpServletRequest request) {
    return of(request.getMethod() + " " + Printable.path(request.getRequestURI()));
  }

  /**
   * Returns the name of a greenlet that continues a request of another one.
   *
   * @param origin the greenlet of the first dispatch of the request
   * @return a name that contains the name and number of that greenlet
   */
  public static String asyncOf(GreenletTask<?> origin) {
    return of("%s, async of #%d".formatted(origin.name(), origin.id()));
  }

  /**
   * Returns a text as a name.
   *
   * @param text any text
   * @return the text, {@linkplain Printable printable} and of limited length
   */
  public static String of(String text) {
    return Printable.of(text, MAX_LENGTH);
  }
}
