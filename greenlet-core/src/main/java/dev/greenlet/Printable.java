package dev.greenlet;

/**
 * Makes text printable: the result is a single line that reads in one direction, whatever the
 * input. Names, reasons and all other descriptions of greenlets pass through these methods when
 * they are set, so that snapshots, messages and log lines contain only such text.
 *
 * <p>Stateless: any thread may call each method. None waits.
 */
public final class Printable {

  /** The maximum length of a name or a reason, in {@code char}s. */
  public static final int MAX_LENGTH = 250;

  private static final char SUBSTITUTE = '?';
  private static final char ELLIPSIS = '…';

  private Printable() {}

  /**
   * Returns a text in which each unprintable character is replaced by a question mark: controls,
   * line and paragraph separators, format characters such as those that change the direction of
   * writing, and unpaired surrogates.
   *
   * @param text any text
   * @return the printable text, which is the given one if it contains no such character
   * @throws NullPointerException if {@code text} is {@code null}
   */
  public static String of(String text) {
    return of(text, Integer.MAX_VALUE);
  }

  /**
   * Like {@link #of(String)}, and truncates a text that is too long.
   *
   * @param text any text
   * @param maxLength the maximum length of the result in {@code char}s, at least 1; a truncated
   *     text ends with an ellipsis
   * @return the printable text, which is the given one if there is nothing to change
   * @throws NullPointerException if {@code text} is {@code null}
   */
  public static String of(String text, int maxLength) {
    if (text.length() <= maxLength && isPlain(text)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(Math.min(text.length(), maxLength));
    for (int at = 0; at < text.length() && shown.length() <= maxLength; ) {
      int character = text.codePointAt(at);
      shown.appendCodePoint(isShown(character) ? character : SUBSTITUTE);
      at += Character.charCount(character);
    }
    if (shown.length() > maxLength) {
      int end = maxLength - 1;
      boolean withinPair = end > 0 && Character.isHighSurrogate(shown.charAt(end - 1));
      shown.setLength(withinPair ? end - 1 : end);
      shown.append(ELLIPSIS);
    }
    return shown.toString();
  }

  /**
   * Returns the path of a URL without its path parameters, which may contain a session id: the text
   * between a semicolon, encoded or not, and the end of its segment.
   *
   * @param rawPath an encoded path
   * @return the path without its parameters
   * @throws NullPointerException if {@code rawPath} is {@code null}
   */
  public static String path(String rawPath) {
    if (rawPath.indexOf(';') < 0 && rawPath.indexOf('%') < 0) {
      return rawPath;
    }
    StringBuilder path = new StringBuilder(rawPath.length());
    boolean parameter = false;
    for (int at = 0; at < rawPath.length(); at++) {
      char character = rawPath.charAt(at);
      parameter = character != '/' && (parameter || isSemicolon(rawPath, at));
      if (!parameter) {
        path.append(character);
      }
    }
    return path.toString();
  }

  private static boolean isSemicolon(String path, int at) {
    return path.charAt(at) == ';' || path.regionMatches(true, at, "%3b", 0, 3);
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character < ' ' || character > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean isShown(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
