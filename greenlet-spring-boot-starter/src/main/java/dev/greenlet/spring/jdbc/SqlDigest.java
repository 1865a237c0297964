package dev.greenlet.spring.jdbc;

import dev.greenlet.Printable;
import java.util.regex.Pattern;

/**
 * SQL without its values: literals become {@code ?}, comments go, white space is folded, lists of
 * placeholders become one, and what is long is cut. Understands standard SQL and what PostgreSQL
 * and MySQL add to it; where dialects differ it rather hides an identifier than shows a value. The
 * result is {@linkplain Printable printable}.
 */
final class SqlDigest {
  private static final int MAX_LENGTH = 200;
  private static final Pattern VALUE_FOLLOWS =
      Pattern.compile(
          "(?i)\\b(like|ilike|rlike|regexp|between|and|or|in|values?|escape|then|else|when|limit|offset)$");

  private final String sql;
  private final StringBuilder shape = new StringBuilder();
  private int at;

  private SqlDigest(String sql) {
    this.sql = sql;
  }

  static String of(String sql) {
    return new SqlDigest(sql).shape();
  }

  private String shape() {
    while (at < sql.length() && shape.length() <= MAX_LENGTH) {
      next();
    }
    while (!shape.isEmpty() && isSpaceOrEnd(shape.charAt(shape.length() - 1))) {
      shape.setLength(shape.length() - 1);
    }
    return Printable.of(shape.toString(), MAX_LENGTH);
  }

  private static boolean isSpaceOrEnd(char c) {
    return c == ' ' || c == ';';
  }

  private void next() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
      space();
    } else if (sql.startsWith("--", at) || (c == '#' && !isOperator())) {
      at = endOr(sql.indexOf('\n', at), 0);
      space();
    } else if (sql.startsWith("/*", at)) {
      skipBlockComment();
      space();
    } else if (c == '\'') {
      skipQuoted('\'', false);
      placeholder();
    } else if (c == '"' || c == '`') {
      quotedIdentifier(c);
    } else if (c == '$') {
      dollar();
    } else if (Character.isDigit(c) || (c == '.' && digitAt(at + 1))) {
      skipNumber();
      placeholder();
    } else if (c == '?') {
      at++;
      placeholder();
    } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
      word();
    } else {
      at++;
      shape.append(c);
    }
  }

  /**
   * Whether a number sign begins an operator of PostgreSQL, {@code #>} or {@code #>>}, with what
   * such an operator is followed by, and not a comment of MySQL.
   */
  private boolean isOperator() {
    int end = at + 1;
    while (end < sql.length() && end <= at + 2 && sql.charAt(end) == '>') {
      end++;
    }
    boolean arrow = end > at + 1;
    while (end < sql.length() && sql.charAt(end) == ' ') {
      end++;
    }
    return arrow && end < sql.length() && "'?$:(".indexOf(sql.charAt(end)) >= 0;
  }

  private void space() {
    if (!shape.isEmpty() && shape.charAt(shape.length() - 1) != ' ') {
      shape.append(' ');
    }
  }

  /** Appends a placeholder, unless it continues a list of them. */
  private void placeholder() {
    int end = shape.length();
    int before = end;
    while (before > 0 && shape.charAt(before - 1) == ' ') {
      before--;
    }
    if (before > 0 && shape.charAt(before - 1) == ',') {
      int previous = before - 1;
      while (previous > 0 && shape.charAt(previous - 1) == ' ') {
        previous--;
      }
      if (previous > 0 && shape.charAt(previous - 1) == '?') {
        shape.setLength(previous);
        return;
      }
    }
    shape.append('?');
  }

  private void word() {
    int start = at;
    while (at < sql.length() && isWordPart(sql.charAt(at))) {
      at++;
    }
    if (at < sql.length() && sql.charAt(at) == '\'' && isLiteralPrefix(start)) {
      skipQuoted('\'', isEscapePrefix(start));
      placeholder();
    } else if (at + 1 < sql.length()
        && sql.charAt(at) == '&'
        && sql.charAt(at + 1) == '\''
        && at == start + 1
        && (sql.charAt(start) | 0x20) == 'u') {
      at++;
      skipQuoted('\'', false);
      placeholder();
    } else {
      shape.append(sql, start, at);
    }
  }

  private static boolean isWordPart(char c) {
    return Character.isUnicodeIdentifierPart(c) || c == '_' || c == '$' || c == '#';
  }

  /**
   * Whether a quote right after the word belongs to it, as in {@code E'…'}, {@code X'…'}, {@code
   * _utf8'…'}.
   */
  private boolean isLiteralPrefix(int start) {
    return at - start == 1 || sql.charAt(start) == '_';
  }

  private boolean isEscapePrefix(int start) {
    return (sql.charAt(start) | 0x20) == 'e';
  }

  private void skipQuoted(char quote, boolean backslashEscapes) {
    at++;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == '\\' && backslashEscapes) {
        at++;
      } else if (c == '\\' && at < sql.length() && sql.charAt(at) == quote) {
        break; // to some dialects this quote is the end and to others it is not: show nothing more
      } else if (c == quote) {
        if (at >= sql.length() || sql.charAt(at) != quote) {
          return;
        }
        at++;
      }
    }
    at = sql.length();
  }

  /**
   * MySQL quotes texts with double quotes too, so only what could be nothing but a plain name, and
   * stands where no value does, is shown.
   */
  private void quotedIdentifier(char quote) {
    int start = at;
    boolean value = quote == '"' && isValuePosition();
    skipQuoted(quote, false);
    if (value) {
      placeholder();
      return;
    }
    for (int i = start + 1; i < at - 1; i++) {
      if (!isWordPart(sql.charAt(i))) {
        placeholder();
        return;
      }
    }
    shape.append(sql, start, at);
  }

  /** Whether a value may stand here: after an operator, a parenthesis, a comma or another value. */
  private boolean isValuePosition() {
    String before = shape.toString().stripTrailing();
    return !before.isEmpty() && "=<>(,|+-*/%!~?".indexOf(before.charAt(before.length() - 1)) >= 0
        || VALUE_FOLLOWS.matcher(before).find();
  }

  private void skipBlockComment() {
    int depth = 0;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < sql.length());
  }

  /** A dollar begins {@code $1}, {@code $$…$$} or {@code $tag$…$tag$}. */
  private void dollar() {
    int end = at + 1;
    while (end < sql.length() && Character.isUnicodeIdentifierPart(sql.charAt(end))) {
      end++;
    }
    if (end < sql.length() && sql.charAt(end) == '$' && !digitAt(at + 1)) {
      String tag = sql.substring(at, end + 1);
      at = endOr(sql.indexOf(tag, end + 1), tag.length());
      placeholder();
    } else if (digitAt(at + 1)) {
      at = end;
      placeholder();
    } else {
      shape.append('$');
      at++;
    }
  }

  private void skipNumber() {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      boolean exponentSign =
          (c == '+' || c == '-') && (sql.charAt(at - 1) | 0x20) == 'e' && digitAt(at + 1);
      if (!Character.isLetterOrDigit(c) && c != '.' && c != '_' && !exponentSign) {
        return;
      }
      at++;
    }
  }

  private boolean digitAt(int index) {
    return index < sql.length() && Character.isDigit(sql.charAt(index));
  }

  private int endOr(int found, int length) {
    return found < 0 ? sql.length() : found + length;
  }
}
