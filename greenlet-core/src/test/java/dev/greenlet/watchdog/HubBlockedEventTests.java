package dev.greenlet.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HubBlockedEventTests {
  private static final StackTraceElement OF_THE_JDK =
      new StackTraceElement("java.lang.Thread", "sleep", "Thread.java", 1);
  private static final StackTraceElement OURS =
      new StackTraceElement("com.acme.Foo", "bar", "Foo.java", 12);

  @Test
  void pointsAtTheInnermostFrameOutsideTheJdk() {
    assertThat(event(OptionalLong.of(17), OF_THE_JDK, OURS).frame()).isEqualTo(OURS);
    assertThat(event(OptionalLong.of(17), OF_THE_JDK).frame()).isEqualTo(OF_THE_JDK);
    assertThat(event(OptionalLong.of(17)).frame()).isNull();
  }

  @Test
  void namesTheThreadOfWhatIsNoGreenlet() {
    assertThat(event(OptionalLong.of(17)).culprit()).isEqualTo("greenlet 17 'task-17'");
    assertThat(event(OptionalLong.empty()).culprit()).isEqualTo("thread 'task-17'");
  }

  private static HubBlockedEvent event(OptionalLong id, StackTraceElement... stack) {
    return new HubBlockedEvent(
        "greenlet-0",
        id,
        "task-17",
        Duration.ofMillis(120),
        Duration.ofMillis(100),
        BlockCause.CPU,
        List.of(stack),
        0);
  }
}
