package dev.greenlet.spring.web.route;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ObjectUtils;

/**
 * Defines the equality of keys. Numbers, texts, enums and UUIDs with the same text are equal,
 * regardless of their types; lists and arrays are equal if their elements are; other keys are
 * compared by {@code equals}, which their class must override. Thread-safe.
 */
final class KeyValues {
  private static final ClassValue<Boolean> HAS_EQUALS =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return Arrays.stream(type.getMethods())
              .anyMatch(
                  method ->
                      method.getName().equals("equals")
                          && method.getParameterCount() == 1
                          && method.getParameterTypes()[0] == Object.class
                          && method.getDeclaringClass() != Object.class);
        }
      };

  private KeyValues() {}

  /**
   * Returns the object by which a key is compared.
   *
   * @throws IllegalArgumentException if the class of the key does not override {@code equals}
   */
  static Object normalized(Object key) {
    return switch (key) {
      case CharSequence text -> text.toString();
      case Number number -> number.toString();
      case Character character -> character.toString();
      case Boolean truth -> truth.toString();
      case UUID uuid -> uuid.toString();
      case Enum<?> constant -> constant.name();
      case List<?> list -> list.stream().map(KeyValues::normalizedOrNull).toList();
      case Object[] array -> normalized(Arrays.asList(array));
      case Object array when array.getClass().isArray() ->
          normalized(Arrays.asList(ObjectUtils.toObjectArray(array)));
      default -> withEquals(key);
    };
  }

  private static @Nullable Object normalizedOrNull(@Nullable Object element) {
    return element == null ? null : normalized(element);
  }

  private static Object withEquals(Object key) {
    if (!HAS_EQUALS.get(key.getClass())) {
      throw new IllegalArgumentException(
          "The class of a key must override 'equals', but %s does not:"
                  .formatted(key.getClass().getName())
              + " use one of its values, as in key = \"#order.id\"");
    }
    return key;
  }
}
