package dev.greenlet.bench.load;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Sends requests from a process of its own: on each connection the next as soon as the last one was
 * answered (a closed loop).
 */
public sealed interface Driver extends AutoCloseable permits OwnDriver, WrkDriver {

  /** Returns {@code wrk} if it is installed, else the driver of this package. */
  static Driver choose(DriverChoice choice, Path logs) {
    return switch (choice) {
      case AUTO -> WrkDriver.isInstalled() ? new WrkDriver(logs) : new OwnDriver(logs);
      case WRK -> new WrkDriver(logs);
      case OWN -> new OwnDriver(logs);
    };
  }

  /** Returns the name and version, for the report. */
  String describe();

  /**
   * Sends requests for a while, unmeasured, and then for a window that is measured.
   *
   * @param target what to ask for
   * @param lead the time before the window
   * @param time the length of the window
   * @param window is called where the window begins and ends
   * @return what came back in the window
   */
  Load drive(Target target, Duration lead, Duration time, Window window);

  @Override
  void close();

  /** Observes the borders of a window. */
  interface Window {
    /** Observes nothing. */
    Window UNOBSERVED =
        new Window() {
          @Override
          public void begin() {}

          @Override
          public void end() {}
        };

    /** The window begins. */
    void begin();

    /** The window has ended. */
    void end();
  }
}
