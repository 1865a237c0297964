package dev.greenlet.fiber;

/** Whether an engine is available in this JVM, and if not, why. */
public sealed interface EngineStatus {

  /**
   * The engine is available and has passed its self-test.
   *
   * @param engine the engine
   */
  record Available(Engine engine) implements EngineStatus {}

  /**
   * The engine is not available.
   *
   * @param reason the kind of obstacle
   * @param detail what was found, in a sentence without its full stop
   */
  record Unavailable(Reason reason, String detail) implements EngineStatus {}

  /** Why an engine is not available. */
  enum Reason {
    /** The JDK has no such method. */
    API_ABSENT,
    /** {@code java.base/java.lang} is not opened to this library. */
    NOT_OPENED,
    /** This JVM runs virtual threads without continuations. */
    NO_CONTINUATIONS,
    /** A greenlet did not come back to the hub it was parked on. */
    SELF_TEST_FAILED
  }
}
