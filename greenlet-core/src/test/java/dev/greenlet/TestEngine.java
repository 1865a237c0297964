package dev.greenlet;

import dev.greenlet.engine.EngineChoice;

/** The engines that tests run on: those of an application, and one for race checkers. */
public enum TestEngine {
  NATIVE,
  PORTABLE,
  PLATFORM_THREADS;

  /** Returns a builder whose engine is set. */
  public GreenletRuntimeBuilder builder() {
    GreenletRuntimeBuilder builder = GreenletRuntime.builder();
    return switch (this) {
      case NATIVE -> builder.engine(EngineChoice.NATIVE);
      case PORTABLE -> builder.engine(EngineChoice.PORTABLE);
      case PLATFORM_THREADS -> builder.overPlatformThreads();
    };
  }
}
