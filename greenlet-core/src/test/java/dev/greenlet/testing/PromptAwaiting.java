package dev.greenlet.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets all tests look at once, and often, at what they await: nearly everything here happens within
 * milliseconds, and Awaitility's first look is after 100 of them.
 */
public final class PromptAwaiting implements LauncherSessionListener {
  private static final Duration INTERVAL = Duration.ofMillis(10);

  /** Made by JUnit. */
  public PromptAwaiting() {}

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(INTERVAL);
  }
}
