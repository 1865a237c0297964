package dev.greenlet.spring.web;

import dev.greenlet.GreenletTask;
import dev.greenlet.Printable;
import jakarta.servlet.http.HttpServletRequest;

/** What requests are called: one line of a sane length, without query and path parameters. */
public final class RequestName {
  private static final int LONGEST = 200;

  private RequestName() {}

  /**
   * The name of a request that has no better one.
   *
   * @param request the request
   * @return method and path, as they were sent but for the path parameters
   */
  public static String of(HttpServletRequest request) {
    return of(request.getMethod() + " " + Printable.path(request.getRequestURI()));
  }

  /**
   * The name of a greenlet that goes on with another one's request.
   *
   * @param origin the greenlet that began with the request
   * @return its name and number
   */
  public static String asyncOf(GreenletTask<?> origin) {
    return of("%s, async of #%d".formatted(origin.name(), origin.id()));
  }

  /**
   * A name that is fit to be shown.
   *
   * @param text any text
   * @return the text, {@linkplain Printable printable} and cut to a sane length
   */
  public static String of(String text) {
    return Printable.of(text, LONGEST);
  }
}
