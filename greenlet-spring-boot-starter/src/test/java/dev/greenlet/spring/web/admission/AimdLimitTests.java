package dev.greenlet.spring.web.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.spring.web.admission.ConcurrencyLimit.Ending;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Sample;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The adaptive limit, on a clock that only its samples advance. */
class AimdLimitTests {
  private static final Duration QUICK = Duration.ofMillis(50);
  private static final Duration SLOW = Duration.ofMillis(300);

  private final AimdLimit limit = new AimdLimit(5, 100, Duration.ofMillis(200));
  private long now = Duration.ofSeconds(1).toNanos();

  @Test
  void beginsAtItsMaximum() {
    assertThat(limit.current()).isEqualTo(100);
  }

  @Test
  void shrinksByATenthForEachWindowOfSlowRequests() {
    window(SLOW, 100, Ending.SUCCESS);
    assertThat(limit.current()).isEqualTo(90);
    window(SLOW, 90, Ending.SUCCESS);
    assertThat(limit.current()).isEqualTo(81);
  }

  @Test
  void growsByOneForEachWindowOfQuickRequests() {
    window(SLOW, 100, Ending.SUCCESS);

    window(QUICK, 90, Ending.SUCCESS);
    assertThat(limit.current()).isEqualTo(91);
    window(QUICK, 91, Ending.SUCCESS);
    assertThat(limit.current()).isEqualTo(92);
  }

  @Test
  void doesNotGrowWhileLessThanHalfOfItIsUsed() {
    window(SLOW, 100, Ending.SUCCESS);

    window(QUICK, 44, Ending.SUCCESS);

    assertThat(limit.current()).isEqualTo(90);
  }

  @Test
  void shrinksWhenABackendIsOverloadedEvenIfItRejectsFast() {
    window(QUICK, 100, Ending.DROPPED);

    assertThat(limit.current()).isEqualTo(90);
  }

  @Test
  void ignoresErrorsAndStreams() {
    for (int i = 0; i < 20; i++) {
      window(SLOW, 100, Ending.IGNORED);
    }

    assertThat(limit.current()).isEqualTo(100);
  }

  @Test
  void ignoresAWindowOfFewRequests() {
    for (int i = 0; i < 9; i++) {
      sample(SLOW, 100, Ending.SUCCESS);
    }

    assertThat(limit.current()).isEqualTo(100);
  }

  @RepeatedTest(20)
  void staysWithinItsBoundsForRandomSamples(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 300; i++) {
      int before = limit.current();
      Ending ending = Ending.values()[random.nextInt(3)];
      window(Duration.ofMillis(random.nextInt(1, 400)), random.nextInt(1, 101), ending);
      assertThat(limit.current()).isBetween(5, 100).isBetween((int) (before * 0.9), before + 1);
    }
  }

  @Test
  void reachesItsMinimumUnderLastingOverloadAndItsMaximumAfterIt() {
    for (int i = 0; i < 60; i++) {
      window(SLOW, limit.current(), Ending.SUCCESS);
    }
    assertThat(limit.current()).isEqualTo(5);

    for (int i = 0; i < 95; i++) {
      window(QUICK, limit.current(), Ending.SUCCESS);
    }
    assertThat(limit.current()).isEqualTo(100);
  }

  @Test
  void invalidArgumentsAreRejected() {
    assertThatThrownBy(() -> new AimdLimit(0, 10, SLOW))
        .hasMessage("'smallest' must be between 1 and 10, was 0");
    assertThatThrownBy(() -> new AimdLimit(11, 10, SLOW))
        .hasMessage("'smallest' must be between 1 and 10, was 11");
  }

  /** Sends the requests of one window, the last one of them after its end. */
  private void window(Duration time, int live, Ending ending) {
    for (int i = 0; i < 10; i++) {
      sample(time, live, ending);
    }
    now += Duration.ofSeconds(2).toNanos();
    sample(time, live, ending);
  }

  private void sample(Duration time, int live, Ending ending) {
    limit.onEnd(new Sample(now, time.toNanos(), live, ending));
  }
}
