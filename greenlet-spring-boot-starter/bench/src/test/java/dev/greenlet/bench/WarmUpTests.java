package dev.greenlet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A server is warm when its compilers rest and it becomes no faster. */
class WarmUpTests {
  private final WarmUp warmUp = new WarmUp();

  @Test
  void endsAfterSomeBurstsThatChangeNothing() {
    for (int burst = 1; burst < 8; burst++) {
      assertThat(warmUp.isOverAfter(1_000, 0)).isFalse();
    }
    assertThat(warmUp.isOverAfter(1_000, 0)).isTrue();
  }

  @Test
  void lastsWhileTheServerBecomesFaster() {
    double perSecond = 1_000;
    for (int burst = 1; burst < 20; burst++) {
      perSecond *= 1.05;
      assertThat(warmUp.isOverAfter(perSecond, 0)).isFalse();
    }
    for (int burst = 1; burst < 4; burst++) {
      assertThat(warmUp.isOverAfter(perSecond, 0)).isFalse();
    }
    assertThat(warmUp.isOverAfter(perSecond, 0)).isTrue();
  }

  @Test
  void lastsWhileTheCompilersWork() {
    for (int burst = 1; burst < 20; burst++) {
      assertThat(warmUp.isOverAfter(1_000, 100L * burst)).isFalse();
    }
  }
}
