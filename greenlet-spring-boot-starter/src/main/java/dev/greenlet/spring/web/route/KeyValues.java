package dev.greenlet.spring.web.route;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ObjectUtils;

/**
 * When two keys are the same. Numbers, texts, enums and UUIDs that read the same are, whatever
 * their types; lists and arrays are if their elements are; anything else goes by its {@code
 * equals}, which it must have.
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
   * What stands for a key among others.
   *
   * @throws IllegalArgumentException if two of its kind are never equal
   */
  static Object comparable(Object key) {
    return switch (key) {
      case CharSequence text -> text.toString();
      case Number number -> number.toString();
      case Character character -> character.toString();
      case Boolean truth -> truth.toString();
      case UUID uuid -> uuid.toString();
      case Enum<?> constant -> constant.name();
      case List<?> list -> list.stream().map(KeyValues::comparableOrNull).toList();
      case Object[] array -> comparable(Arrays.asList(array));
      case Object array when array.getClass().isArray() ->
          comparable(Arrays.asList(ObjectUtils.toObjectArray(array)));
      default -> withEquals(key);
    };
  }

  private static @Nullable Object comparableOrNull(@Nullable Object element) {
    return element == null ? null : comparable(element);
  }

  private static Object withEquals(Object key) {
    if (!HAS_EQUALS.get(key.getClass())) {
      throw new IllegalArgumentException(
          "A key must be equal to another with the same meaning, but %s has no 'equals' of its own:"
                  .formatted(key.getClass().getName())
              + " use a value of it, as in key = \"#order.id\"");
    }
    return key;
  }
}
