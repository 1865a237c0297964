package dev.greenlet.spring.web;

import dev.greenlet.GreenletTask;
import jakarta.servlet.http.HttpServletRequest;

/** What requests are called: one line of a sane length, and no query. */
public final class RequestName {
  private static final int LONGEST = 200;

  private RequestName() {}

  /**
   * The name of a request that has no better one.
   *
   * @param request the request
   * @return method and path, as they were sent
   */
  public static String of(HttpServletRequest request) {
    return of(request.getMethod() + " " + request.getRequestURI());
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
   * @return the text, cut to a sane length, with question marks for control characters
   */
  public static String of(String text) {
    String line = hasControls(text) ? withoutControls(text) : text;
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }

  private static boolean hasControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static String withoutControls(String text) {
    return text.replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?");
  }
}
