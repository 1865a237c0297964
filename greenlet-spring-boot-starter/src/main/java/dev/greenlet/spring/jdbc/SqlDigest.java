package dev.greenlet.spring.jdbc;

import dev.greenlet.Printable;
import java.util.regex.Pattern;
import org.springframework.util.ConcurrentLruCache;

/**
 * A digest of SQL without its values: literals become {@code ?}, comments are removed, white space
 * is folded, a list of placeholders becomes one, and a long text is cut. Supports standard SQL and
 * the extensions of PostgreSQL and MySQL; where dialects differ it hides an identifier rather than
 * shows a value. The result is {@linkplain Printable printable}.
 */
final class SqlDigest {
  private static final int MAX_LENGTH = 200;
  private static final int CACHED = 1000;

  private static final ConcurrentLruCache<String, String> PREPARED =
      new ConcurrentLruCache<>(CACHED, SqlDigest::of);

  private static final Pattern VALUE_FOLLOWS =
      Pattern.compile(
          "(?i)\\b(like|ilike|rlike|regexp|between|and|or|in|values?|escape|then|else|when|limit|offset)$");

  private final String sql;
  private final StringBuilder digest = new StringBuilder();
  private int at;

  private SqlDigest(String sql) {
    this.sql = sql;
  }

  /** Returns the digest of SQL. Any thread. */
  static String of(String sql) {
    return new SqlDigest(sql).digest();
  }

  /**
   * Returns the digest of SQL that is likely to be repeated, from a bounded cache. Any thread;
   * lock-free on a hit.
   */
  static String ofPrepared(String sql) {
    return PREPARED.get(sql);
  }

  private String digest() {
    while (at < sql.length() && digest.length() <= MAX_LENGTH) {
      next();
    }
    while (!digest.isEmpty() && isSpaceOrEnd(digest.charAt(digest.length() - 1))) {
      digest.setLength(digest.length() - 1);
    }
    return Printable.of(digest.toString(), MAX_LENGTH);
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
      digest.append(c);
    }
  }

  /**
   * Returns whether a number sign begins an operator of PostgreSQL ({@code #>} or {@code #>>},
   * followed by an operand), and not a comment of MySQL.
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
    if (!digest.isEmpty() && digest.charAt(digest.length() - 1) != ' ') {
      digest.append(' ');
    }
  }

  /** Appends a placeholder, unless it continues a list of them. */
  private void placeholder() {
    int end = digest.length();
    int before = end;
    while (before > 0 && digest.charAt(before - 1) == ' ') {
      before--;
    }
    if (before > 0 && digest.charAt(before - 1) == ',') {
      int previous = before - 1;
      while (previous > 0 && digest.charAt(previous - 1) == ' ') {
        previous--;
      }
      if (previous > 0 && digest.charAt(previous - 1) == '?') {
        digest.setLength(previous);
        return;
      }
    }
    digest.append('?');
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
      digest.append(sql, start, at);
    }
  }

  private static boolean isWordPart(char c) {
    return Character.isUnicodeIdentifierPart(c) || c == '_' || c == '$' || c == '#';
  }

  /**
   * Returns whether a quote right after the word belongs to it, as in {@code E'…'}, {@code X'…'},
   * {@code _utf8'…'}.
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
        break; // the end in some dialects, but not in others: show nothing more
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
   * MySQL quotes texts with double quotes too, so a quoted text is shown only if it is a plain name
   * at a position where no value is possible.
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
    digest.append(sql, start, at);
  }

  /**
   * Returns whether a value is possible here: after an operator, a parenthesis, a comma or another
   * value.
   */
  private boolean isValuePosition() {
    String before = digest.toString().stripTrailing();
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
      digest.append('$');
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
