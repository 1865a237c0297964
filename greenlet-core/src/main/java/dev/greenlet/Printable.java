package dev.greenlet;

/**
 * Text that is fit to be shown: it is one line, whatever it was made of, and reads in one
 * direction. Names, reasons and whatever else greenlets are described with pass through here when
 * they are set, so that snapshots, messages and log lines are made of such text only.
 *
 * <p>Thread-safe. Stateless.
 */
public final class Printable {

  /** How long a name or a reason may be. */
  public static final int MAX_LENGTH = 250;

  private static final char SUBSTITUTE = '?';
  private static final char ELLIPSIS = '…';

  private Printable() {}

  /**
   * Returns a text with a question mark in the place of each character that is not printed as it
   * stands: controls, line and paragraph separators, format characters such as those that change
   * the direction of writing, and halves of surrogate pairs.
   *
   * @param text any text
   * @return the text itself if there is no such character in it
   */
  public static String of(String text) {
    return of(text, Integer.MAX_VALUE);
  }

  /**
   * Like {@link #of(String)}, and cuts what is too long.
   *
   * @param text any text
   * @param maxLength how long the result may be, at least 1; a text that was cut ends with an
   *     ellipsis
   * @return the text itself if there is nothing to change
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
   * Returns the path of a URL without its path parameters, which may hold a session: what stands
   * between a semicolon, also an encoded one, and the end of its segment.
   *
   * @param rawPath a path, encoded
   * @return the path without them
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
