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
 * A name that contains path variables, such as {@code flight {id}}. Immutable.
 *
 * @param text the name with the variables in braces
 */
record NameTemplate(String text) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]+)}");

  /**
   * Parses a template.
   *
   * @throws InvalidGreenletException if a brace is not closed, or a pair of braces is empty
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

  /** Returns the name of one request. A variable without a value is left unchanged. */
  String render(Map<String, String> pathVariables) {
    return RequestName.of(
        VARIABLE.matcher(text).replaceAll(variable -> valueOf(variable, pathVariables)));
  }

  private static String valueOf(MatchResult variable, Map<String, String> pathVariables) {
    return Matcher.quoteReplacement(
        pathVariables.getOrDefault(variable.group(1), variable.group()));
  }
}
