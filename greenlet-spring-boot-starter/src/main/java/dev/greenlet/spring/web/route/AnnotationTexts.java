package dev.greenlet.spring.web.route;

import java.lang.reflect.Method;
import java.util.function.UnaryOperator;

/**
 * Resolves the placeholders in the texts of annotations. Thread-safe.
 *
 * @param placeholders replaces placeholders by the values of properties
 */
record AnnotationTexts(UnaryOperator<String> placeholders) {

  /**
   * Returns the resolved text of an attribute; it is empty only if the annotation does not set the
   * attribute.
   *
   * @throws InvalidGreenletException if a property is not set, or the text is blank
   */
  String of(String attribute, String text, Method handler) {
    if (text.isEmpty()) {
      return text;
    }
    String resolved = resolve(attribute, text, handler);
    if (resolved.isBlank()) {
      throw new InvalidGreenletException(
          handler,
          "'%s' must not be blank, was '%s'%s"
              .formatted(
                  attribute, text, resolved.equals(text) ? "" : ", which is '" + resolved + "'"),
          "Give it a value, or remove the attribute for the default.",
          null);
    }
    return resolved;
  }

  private String resolve(String attribute, String text, Method handler) {
    try {
      return placeholders.apply(text);
    } catch (IllegalArgumentException failure) {
      throw new InvalidGreenletException(
          handler,
          "'%s' must name properties that are set, was '%s': %s"
              .formatted(attribute, text, failure.getMessage()),
          "Set the property, or give it a default, as in ${name:default}.",
          failure);
    }
  }
}
