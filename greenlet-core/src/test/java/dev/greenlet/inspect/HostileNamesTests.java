package dev.greenlet.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SpawnOptions;
import dev.greenlet.TestEngine;
import dev.greenlet.raw.RawGreenlet;
import dev.greenlet.sync.GreenletEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever greenlets, lanes and what they wait for are called, no line is forged. */
@EachEngine
@Timeout(120)
class HostileNamesTests {
  private static final int LANES = 2; // that are no hubs
  private static final int NAMES = 10_000;
  private static final long SEED = 20_261_130;
  private static final String[] PIECES = {
    "\n",
    "\r\n",
    "\t",
    "\u0000",
    "\u001b[31m",
    "\u001b]0;title\u0007",
    "\u009b2J",
    "\u0085",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u202d",
    "\u2066",
    "\u2069",
    "\u200f",
    "\u061c",
    "\ufeff",
    "\ud83d",
    "\udeeb",
    "\uD83D\uDEEB",
    "<script>",
    "{0}",
    "%s",
    "${jndi:x}",
    "#99 GET /forged [request]",
    "é",
    " ",
    "a"
  };

  private final GreenletRuntime runtime;
  private final Inspector inspector;
  private final Random random = new Random(SEED);

  HostileNamesTests(TestEngine engine) {
    runtime = engine.builder().name(name("runtime")).build();
    inspector = new Inspector(runtime);
  }

  @AfterEach
  void stop() {
    runtime.close();
  }

  @Test
  void theTreeHasOneLineForEachGreenlet() {
    for (int i = 0; i < NAMES; i++) {
      GreenletTask<?> later =
          runtime.spawnAfter(
              Duration.ofDays(1), SpawnOptions.named(name("n")).withKind(name("k")), () -> null);
      if (random.nextBoolean()) {
        later.rename(name("r"));
      }
    }

    String text = ForestText.render(inspector.forest());

    assertThat(text.lines()).hasSize(runtime.hubs().size() + LANES + NAMES);
    assertThat(text.lines()).allSatisfy(HostileNamesTests::assertPrintable);
    assertThat(text.lines().filter(line -> line.startsWith("#99 GET /forged"))).isEmpty();
  }

  @Test
  void whatTheyWaitForIsOneLineToo() throws Exception {
    List<GreenletTask<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      GreenletEvent event = new GreenletEvent(name("event"));
      waiting.add(
          runtime.spawn(
              SpawnOptions.named(name("n")),
              () -> {
                event.await();
                return null;
              }));
    }
    waiting.add(
        runtime.spawn(
            SpawnOptions.defaults(),
            () -> new RawGreenlet(name("raw"), _ -> sleep(), null).switchTo()));
    Awaitility.await()
        .until(() -> waiting.stream().allMatch(greenlet -> greenlet.waitingOn() != null));

    ForestText.render(inspector.forest()).lines().forEach(HostileNamesTests::assertPrintable);
    waiting.getFirst().kill(name("reason"));
    assertPrintable(waiting.getFirst().join().toString());
  }

  private static Object sleep() {
    try {
      Greenlets.sleep(Duration.ofDays(1));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return "slept";
  }

  private String name(String prefix) {
    StringBuilder name = new StringBuilder(prefix);
    for (int i = random.nextInt(12); i >= 0; i--) {
      name.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return name.toString();
  }

  private static void assertPrintable(String line) {
    assertThat(line.codePoints())
        .allMatch(
            character ->
                switch (Character.getType(character)) {
                  case Character.CONTROL,
                      Character.FORMAT,
                      Character.SURROGATE,
                      Character.LINE_SEPARATOR,
                      Character.PARAGRAPH_SEPARATOR ->
                      false;
                  default -> true;
                });
  }
}
