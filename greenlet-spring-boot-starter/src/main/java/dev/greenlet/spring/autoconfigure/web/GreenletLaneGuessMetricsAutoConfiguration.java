package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.spring.web.lane.LaneGuesses;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for the meter of right and wrong guesses. */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(LaneGuesses.class)
public final class GreenletLaneGuessMetricsAutoConfiguration {

  GreenletLaneGuessMetricsAutoConfiguration() {}

  @Bean
  MeterBinder greenletLaneGuessMeters(LaneGuesses guesses) {
    return registry -> {
      counter(guesses, "hit", LaneGuesses::hits).register(registry);
      counter(guesses, "miss", LaneGuesses::misses).register(registry);
    };
  }

  private static FunctionCounter.Builder<LaneGuesses> counter(
      LaneGuesses guesses, String result, ToDoubleFunction<LaneGuesses> count) {
    return FunctionCounter.builder("greenlet.web.lane.guess", guesses, count)
        .tag("result", result)
        .description("Requests that started on the lane of their handler, or had to hop there");
  }
}
