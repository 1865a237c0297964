package dev.greenlet.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The properties {@code bench.*}; one that is blank counts as missing.
 *
 * @param source returns the value of a property, or null
 */
record Properties(Function<String, @Nullable String> source) {
  private static final String PREFIX = "bench.";

  Optional<String> text(String name) {
    return Optional.ofNullable(source.apply(PREFIX + name))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  int positive(String name, int otherwise) {
    String text = text(name).orElse(String.valueOf(otherwise));
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException(
          "'%s%s' must be a number of at least 1, was '%s'".formatted(PREFIX, name, text));
    }
    return Integer.parseInt(text);
  }

  /** Returns the values that the property lists by id, or all. */
  <T> List<T> list(String name, T[] values, Function<T, String> id) {
    return text(name)
        .map(
            ids ->
                Arrays.stream(ids.split(","))
                    .map(each -> find(name, each.strip(), values, id))
                    .distinct()
                    .toList())
        .orElse(List.of(values));
  }

  /** Returns the value that the property names by id, or the first. */
  <T> T one(String name, T[] values, Function<T, String> id) {
    return text(name).map(each -> find(name, each, values, id)).orElse(values[0]);
  }

  private static <T> T find(String name, String wanted, T[] values, Function<T, String> id) {
    return Arrays.stream(values)
        .filter(value -> id.apply(value).equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s%s' must be of %s, was '%s'"
                        .formatted(
                            PREFIX,
                            name,
                            Arrays.stream(values).map(id).collect(Collectors.joining(", ")),
                            wanted)));
  }
}
