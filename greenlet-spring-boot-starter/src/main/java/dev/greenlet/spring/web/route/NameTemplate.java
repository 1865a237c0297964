package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.RequestName;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A name with the values of path variables in it: {@code flight {id}}.
 *
 * @param text the name, with the variables in braces
 */
record NameTemplate(String text) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]+)}");

  /**
   * Reads a template.
   *
   * @throws InvalidGreenletException if a brace is not closed, or encloses nothing
   */
  static NameTemplate parse(String text, Method handler) {
    String literal = VARIABLE.matcher(text).replaceAll("");
    if (literal.contains("{") || literal.contains("}")) {
      throw new InvalidGreenletException(
          handler,
          "'name' must have path variables in pairs of braces, was '%s'".formatted(text),
          "Close each variable, as in name = \"flight {id}\", or remove the braces.",
          null);
    }
    return new NameTemplate(text);
  }

  Set<String> variables() {
    return VARIABLE
        .matcher(text)
        .results()
        .map(variable -> variable.group(1))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The name of one request. A variable without a value stays as it stands. */
  String render(Map<String, String> pathVariables) {
    return RequestName.of(
        VARIABLE.matcher(text).replaceAll(variable -> valueOf(variable, pathVariables)));
  }

  private static String valueOf(MatchResult variable, Map<String, String> pathVariables) {
    return Matcher.quoteReplacement(
        pathVariables.getOrDefault(variable.group(1), variable.group()));
  }
}
