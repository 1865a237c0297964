package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.testing.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What happens when a JVM of its own ends. */
class RawShutdownTests {
  private record Run(int exitCode, String output) {}

  private static Run run(Class<?> program) throws IOException, InterruptedException {
    Process process =
        JavaCommand.of(program).withOptions(List.of("-XX:TieredStopAtLevel=1")).toProcess().start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends: %s", output).isTrue();
      return new Run(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Ends with many greenlets suspended: side by side, nested, and in other threads. */
  static final class ManySuspended {
    public static void main(String[] args) throws InterruptedException {
      for (int i = 0; i < 50; i++) {
        new RawGreenlet(RawContract::yieldToParent).switchTo(i);
      }
      nest(10).switchTo();
      Thread thread = new Thread(() -> new RawGreenlet(RawContract::yieldToParent).switchTo());
      thread.start();
      thread.join();
      System.out.println("suspended");
    }

    private static RawGreenlet nest(int depth) {
      return new RawGreenlet(
          value -> {
            if (depth > 0) {
              nest(depth - 1).switchTo();
            }
            return RawContract.yieldToParent("depth " + depth);
          });
    }
  }

  @Test
  @DisplayName("78 a JVM with suspended greenlets ends by itself, with exit code 0")
  void jvmEndsWithSuspendedGreenlets() throws Exception {
    Run run = run(ManySuspended.class);

    assertThat(run.output()).contains("suspended");
    assertThat(run.exitCode()).as(run.output()).isZero();
  }

  /** Uses everything in a shutdown hook. */
  static final class InHook {
    public static void main(String[] args) {
      RawGreenlet left = new RawGreenlet(RawContract::yieldToParent);
      left.switchTo();
      Runtime.getRuntime().addShutdownHook(new Thread(InHook::useAll));
    }

    private static void useAll() {
      List<RawSwitch> events = new java.util.ArrayList<>();
      try (RawTrace trace = RawGreenlet.trace(events::add)) {
        Object got = new RawGreenlet(value -> "got " + value).switchTo(trace.isOpen());
        System.out.println(got + " in " + RawGreenlet.current() + ", " + events.size() + " events");
      }
    }
  }

  @Test
  @DisplayName("79 the interface answers inside a shutdown hook")
  void interfaceAnswersInShutdownHook() throws Exception {
    Run run = run(InHook.class);

    assertThat(run.output())
        .contains("got true in raw greenlet 'main' [current active started main], 2 events");
    assertThat(run.exitCode()).as(run.output()).isZero();
  }
}
