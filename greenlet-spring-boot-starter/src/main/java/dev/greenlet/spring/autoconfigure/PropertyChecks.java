package dev.greenlet.spring.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Checks of property values; each rejects a value with the property, the value and the remedy. Any
 * thread; never blocks.
 */
public final class PropertyChecks {

  private PropertyChecks() {}

  /**
   * Checks that a number is at least 1.
   *
   * @param property the name of the property
   * @param value its value
   * @return the value
   * @throws InvalidConfigurationPropertyValueException if it is less
   */
  public static int atLeastOne(String property, int value) {
    if (value < 1) {
      throw new InvalidConfigurationPropertyValueException(
          property,
          value,
          "'%s' must be at least 1, was %d. Set it to 1 or more, or remove it for the default."
              .formatted(property, value));
    }
    return value;
  }

  /**
   * Checks that a number is at least as great as another property.
   *
   * @param leastProperty the name of the property that bounds it
   * @param least the value of that property
   * @param property the name of the property
   * @param value its value
   * @return the value
   * @throws InvalidConfigurationPropertyValueException if it is less
   */
  public static int atLeast(String leastProperty, int least, String property, int value) {
    if (value < least) {
      throw new InvalidConfigurationPropertyValueException(
          property,
          value,
          "'%s' must be at least %d, as '%s' is, was %d. Set it to %d or more, or remove it for the default."
              .formatted(property, least, leastProperty, value, least));
    }
    return value;
  }

  /**
   * Checks that a number is not negative.
   *
   * @param property the name of the property
   * @param value its value
   * @return the value
   * @throws InvalidConfigurationPropertyValueException if it is negative
   */
  public static int notNegative(String property, int value) {
    if (value < 0) {
      throw new InvalidConfigurationPropertyValueException(
          property,
          value,
          "'%s' must not be negative, was %d. Set it to 0 or more, or remove it for the default."
              .formatted(property, value));
    }
    return value;
  }

  /**
   * Checks that a duration is not negative.
   *
   * @param property the name of the property
   * @param value its value
   * @return the value
   * @throws InvalidConfigurationPropertyValueException if it is negative
   */
  public static Duration notNegative(String property, Duration value) {
    if (value.isNegative()) {
      throw new InvalidConfigurationPropertyValueException(
          property,
          value,
          "'%s' must not be negative, was %s. Set it to 0s or more.".formatted(property, value));
    }
    return value;
  }

  /**
   * Checks that a duration is positive.
   *
   * @param property the name of the property
   * @param value its value
   * @return the value
   * @throws InvalidConfigurationPropertyValueException if it is zero or negative
   */
  public static Duration positive(String property, Duration value) {
    if (!value.isPositive()) {
      throw new InvalidConfigurationPropertyValueException(
          property,
          value,
          "'%s' must be positive, was %s. Set it to 1ms or more.".formatted(property, value));
    }
    return value;
  }
}
