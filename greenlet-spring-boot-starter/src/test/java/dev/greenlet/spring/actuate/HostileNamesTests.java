package dev.greenlet.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.UncaughtHandler;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.spring.web.RequestName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.mock.web.MockHttpServletRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever clients and applications call things, the endpoint shows one line for each. */
@Timeout(120)
class HostileNamesTests {
  private static final int NAMES = 10_000;
  private static final long SEED = 20_261_130;
  private static final String SECRET = "S3CRET";
  private static final String[] PIECES = {
    "\n",
    "\r",
    "\u0000",
    "\u001b[31m",
    "\u009b2J",
    "\u2028",
    "\u202e",
    "\u2066",
    "\u200f",
    "\ufeff",
    "\ud83d",
    "\udeeb",
    "\uD83D\uDEEB",
    "<script>",
    "\"",
    "\\",
    "},{\"id\":99",
    "#99 GET /forged",
    "/",
    "a",
    ";jsessionid=" + SECRET,
    "%3bjsessionid=" + SECRET + "%00"
  };

  private final Random random = new Random(SEED);

  @Test
  void requestsAreShownInOneLineAndWithoutTheirSession() {
    try (GreenletRuntime runtime = GreenletRuntime.builder().build()) {
      for (int i = 0; i < NAMES; i++) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/" + noise());
        request.setQueryString("token=" + SECRET);
        runtime.spawnAfter(
            Duration.ofDays(1),
            SpawnOptions.named(RequestName.of(request)).withKind(noise().replace(SECRET, "")),
            () -> null);
      }
      GreenletsEndpoint endpoint = new GreenletsEndpoint(new Inspector(runtime), runtime);

      String json = JsonMapper.shared().writeValueAsString(endpoint.greenlets());
      String text = endpoint.greenletsText();

      JsonNode greenlets = JsonMapper.shared().readTree(json).get("greenlets");
      assertThat(greenlets).hasSize(NAMES);
      assertThat(greenlets.valueStream())
          .allSatisfy(
              greenlet ->
                  assertThat(greenlet.get("name").asString())
                      .startsWith("GET /")
                      .hasSizeLessThanOrEqualTo(200));
      assertThat(json).doesNotContain(SECRET).matches("\\P{C}*");
      assertThat(text).doesNotContain(SECRET);
      assertThat(text.lines()).hasSize(NAMES + 3).allMatch(line -> line.matches("\\P{C}*"));
    }
  }

  @Test
  void theLogHasOneLineForEachFailure() {
    List<String> logged = new ArrayList<>();
    Logger logger = Logger.getLogger("dev.greenlet");
    Handler recorder = new Recorder(logged);
    logger.addHandler(recorder);
    logger.setUseParentHandlers(false);
    try (GreenletRuntime runtime = GreenletRuntime.builder().name(noise()).build()) {
      for (int i = 0; i < NAMES; i++) {
        GreenletTask<?> failed =
            runtime.spawnAfter(
                Duration.ofDays(1), SpawnOptions.named(noise()).withKind(noise()), () -> null);
        UncaughtHandler.logging()
            .uncaught(failed, UncaughtHandler.Origin.BODY, new IllegalStateException());
        failed.kill(noise());
        logged.add(String.valueOf(failed.outcome()));
      }
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(recorder);
    }

    assertThat(logged).hasSize(2 * NAMES).allMatch(line -> line.matches("\\P{C}*"));
  }

  private String noise() {
    StringBuilder noise = new StringBuilder();
    for (int i = random.nextInt(10); i >= 0; i--) {
      noise.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return noise.toString();
  }

  private static final class Recorder extends Handler {
    private final List<String> messages;

    private Recorder(List<String> messages) {
      this.messages = messages;
    }

    @Override
    public void publish(LogRecord logRecord) {
      messages.add(logRecord.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
