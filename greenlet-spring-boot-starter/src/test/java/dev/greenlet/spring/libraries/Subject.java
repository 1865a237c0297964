package dev.greenlet.spring.libraries;

/**
 * One library in use, by several greenlets at a time.
 *
 * @param name what it is called
 * @param use one use of a few milliseconds, at switch points; may be cut at any of them
 * @param invariant what holds when no use is under way
 * @param close gives back what it holds
 */
record Subject(String name, Use use, Use invariant, Use close) {

  /** Something that may fail. */
  @FunctionalInterface
  interface Use {
    Use NOTHING = () -> {};

    void make() throws Exception;
  }

  static Subject of(String name, Use use) {
    return new Subject(name, use, Use.NOTHING, Use.NOTHING);
  }

  Subject invariant(Use holds) {
    return new Subject(name, use, holds, close);
  }

  Subject closing(Use closes) {
    return new Subject(name, use, invariant, closes);
  }

  @Override
  public String toString() {
    return name;
  }
}
