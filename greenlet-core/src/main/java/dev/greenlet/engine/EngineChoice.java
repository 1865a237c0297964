package dev.greenlet.engine;

/** The engine that an application chooses for its greenlets. */
public enum EngineChoice {
  /** {@link #NATIVE} where it is available, else {@link #PORTABLE}. */
  AUTO,
  /** Virtual threads on the library's own scheduler. Needs {@code java.base/java.lang} opened. */
  NATIVE,
  /** The JDK's virtual threads and a baton for each hub. Needs nothing. */
  PORTABLE
}
