package dev.greenlet.spring.shutdown;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.convert.DurationStyle;

/** How long the stop may last. */
class StopBudgetTests {
  private final AtomicLong nanos = new AtomicLong(42);

  @ParameterizedTest(name = "of a phase timeout of {0}, {1} are for the drain and {2} for the kill")
  @CsvSource({
    "30s, 23s, 2s",
    "60s, 53s, 2s",
    "10s, 3s, 2s",
    "8s, 2s, 2s",
    "4s, 2s, 2s",
    "1s, 500ms, 500ms",
    "0s, 0s, 0s"
  })
  void followsTheTimeoutOfAPhase(String timeout, String drain, String grace) {
    StopBudget budget = StopBudget.within(parse(timeout), Duration.ofSeconds(2), nanos::get);

    assertThat(budget.drain()).isEqualTo(parse(drain));
    assertThat(budget.grace()).isEqualTo(parse(grace));
  }

  @Test
  void isOneForAllSteps() {
    StopBudget budget = StopBudget.of(Duration.ofSeconds(20), Duration.ofSeconds(2), nanos::get);
    budget.begin();
    pass(Duration.ofSeconds(15));
    budget.begin();

    assertThat(budget.drainLeft()).isEqualTo(Duration.ofSeconds(5));
    assertThat(budget.graceLeft()).isEqualTo(Duration.ofSeconds(2));
    pass(Duration.ofSeconds(6));
    assertThat(budget.drainLeft()).isEqualTo(Duration.ZERO);
    assertThat(budget.graceLeft()).isEqualTo(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(6));
    assertThat(budget.graceLeft()).isEqualTo(Duration.ZERO);
  }

  @Test
  void isWholeAgainForTheNextStop() {
    StopBudget budget = StopBudget.of(Duration.ofSeconds(20), Duration.ZERO, nanos::get);
    budget.begin();
    pass(Duration.ofSeconds(15));
    budget.end();
    budget.begin();

    assertThat(budget.drainLeft()).isEqualTo(Duration.ofSeconds(20));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Duration parse(String text) {
    return DurationStyle.detectAndParse(text);
  }
}
