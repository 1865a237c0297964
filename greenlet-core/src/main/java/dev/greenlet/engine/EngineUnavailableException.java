package dev.greenlet.engine;

/** Thrown when the engine that was asked for is not available. */
public final class EngineUnavailableException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  /**
   * Creates an exception.
   *
   * @param message which engine, and what is in the way
   * @param remedy what to do about it
   */
  public EngineUnavailableException(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  /**
   * What to do about it.
   *
   * @return one or more sentences
   */
  public String remedy() {
    return remedy;
  }
}
