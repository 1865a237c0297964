package dev.greenlet.engine;

/** Thrown when the engine that was asked for is not available. */
public final class EngineUnavailableException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  /**
   * Creates an exception.
   *
   * @param message the engine, and the obstacle
   * @param remedy what makes the engine available
   */
  public EngineUnavailableException(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  /**
   * Returns what makes the engine available.
   *
   * @return one or more sentences
   */
  public String remedy() {
    return remedy;
  }
}
