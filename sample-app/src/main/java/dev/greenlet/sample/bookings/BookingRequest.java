package dev.greenlet.sample.bookings;

import org.jspecify.annotations.Nullable;

/** The body of a booking, not validated. */
record BookingRequest(@Nullable String passenger) {
  static final int MAX_LENGTH = 100;

  /**
   * Returns the name of the passenger without surrounding white space.
   *
   * @throws InvalidBookingException if the name is missing or cannot be stored
   */
  String requirePassenger() {
    if (passenger == null || passenger.isBlank()) {
      throw new InvalidBookingException("'passenger' must not be missing or blank");
    }
    String name = passenger.strip();
    int length = name.codePointCount(0, name.length());
    if (length > MAX_LENGTH) {
      throw new InvalidBookingException(
          "'passenger' must have at most %d characters, had %d".formatted(MAX_LENGTH, length));
    }
    if (!name.codePoints().allMatch(BookingRequest::isStorable)) {
      throw new InvalidBookingException(
          "'passenger' must not contain control characters or half a surrogate pair");
    }
    return name;
  }

  private static boolean isStorable(int codePoint) {
    return !Character.isISOControl(codePoint)
        && Character.getType(codePoint) != Character.SURROGATE;
  }
}
