package dev.greenlet.spring.web.admission;

/** A limit that learns nothing. */
record FixedLimit(int current) implements ConcurrencyLimit {

  FixedLimit {
    if (current < 1) {
      throw new IllegalArgumentException("'limit' must be at least 1, was " + current);
    }
  }

  @Override
  public void onEnd(Sample sample) {
    // stays as it is
  }
}
