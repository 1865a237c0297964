package dev.greenlet.spring.web.admission;

/** A limit that does not change. */
record FixedLimit(int current) implements ConcurrencyLimit {

  FixedLimit {
    if (current < 1) {
      throw new IllegalArgumentException("'limit' must be at least 1, was " + current);
    }
  }

  @Override
  public void onEnd(Sample sample) {
    // the limit does not change
  }
}
