package dev.greenlet.engine;

/** Which engine makes the greenlets. */
public enum EngineChoice {
  /** {@link #NATIVE} where it can be had, else {@link #PORTABLE}. */
  AUTO,
  /** Virtual threads on our own scheduler. Needs {@code java.base/java.lang} opened. */
  NATIVE,
  /** The JDK's virtual threads and a baton for each hub. Needs nothing. */
  PORTABLE,
  /** The same over platform threads, for race checkers, which see only those. */
  PORTABLE_PLATFORM
}
