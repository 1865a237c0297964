package dev.greenlet.testing;

/**
 * Makes an object known to the checker as one that threads share. One that is only captured by a
 * lambda it takes for local, and looks at no interleaving of what is done to that.
 */
public final class Shared {
  private static volatile Object last = "";

  private Shared() {}

  /** Returns the object. */
  public static <T> T shared(T object) {
    last = object;
    return object;
  }
}
