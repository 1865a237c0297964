package dev.greenlet.fiber;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.engine.EngineReport;
import dev.greenlet.engine.EngineUnavailableException;
import dev.greenlet.fiber.EngineStatus.Available;
import dev.greenlet.fiber.EngineStatus.Unavailable;

/**
 * The engine that a choice leads to in this JVM, and the report about it.
 *
 * @param engine the engine
 * @param report what it is, and why it was chosen
 */
public record EngineSelection(Engine engine, EngineReport report) {
  private static final String OPEN_IT =
      "start java with '--add-opens java.base/java.lang=ALL-UNNAMED' (on the command line, in"
          + " JDK_JAVA_OPTIONS, or as <jvmArguments> of the build plugin), or put the line"
          + " 'Add-Opens: java.base/java.lang' into the manifest of the executable jar";

  /**
   * Selects an engine. Probes the native one first, if that may be chosen.
   *
   * @param choice the choice of the application
   * @return the selection
   * @throws EngineUnavailableException if the native engine was asked for and is not available
   */
  public static EngineSelection of(EngineChoice choice) {
    return switch (choice) {
      case AUTO -> auto(NativeEngine.probe());
      case NATIVE -> nativeOnly(NativeEngine.probe());
      case PORTABLE -> asked(PortableEngine.overVirtualThreads());
    };
  }

  /**
   * Selects the portable engine over platform threads: for race checkers, which see only those, and
   * for tests.
   *
   * @return the selection
   */
  public static EngineSelection overPlatformThreads() {
    return asked(PortableEngine.overPlatformThreads());
  }

  private static EngineSelection auto(EngineStatus status) {
    return switch (status) {
      case Available(Engine engine) -> of(engine, "it passed its self-test", false);
      case Unavailable unavailable -> {
        Engine portable = PortableEngine.overVirtualThreads();
        yield of(
            portable,
            "the native engine is not available: %s; to get it, %s"
                .formatted(unavailable.detail(), remedyFor(unavailable)),
            true);
      }
    };
  }

  private static EngineSelection nativeOnly(EngineStatus status) {
    return switch (status) {
      case Available(Engine engine) -> asked(engine);
      case Unavailable unavailable ->
          throw new EngineUnavailableException(
              "The native engine is not available: " + unavailable.detail(),
              remedyFor(unavailable));
    };
  }

  private static EngineSelection asked(Engine engine) {
    return of(engine, "it was asked for", false);
  }

  private static EngineSelection of(Engine engine, String reason, boolean fallback) {
    return new EngineSelection(
        engine, new EngineReport(engine.name(), reason, fallback, engine.everyWaitSwitches()));
  }

  private static String remedyFor(Unavailable unavailable) {
    return switch (unavailable.reason()) {
      case NOT_OPENED -> OPEN_IT;
      case API_ABSENT, SELF_TEST_FAILED -> "run on JDK 25";
      case NO_CONTINUATIONS -> "run on a HotSpot JDK 25";
    };
  }
}
