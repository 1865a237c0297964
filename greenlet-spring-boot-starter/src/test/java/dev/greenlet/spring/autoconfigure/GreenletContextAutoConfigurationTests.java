package dev.greenlet.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.SpawnContext;
import dev.greenlet.spring.context.MicrometerSpawnContext;
import dev.greenlet.spring.reactor.ReactorSpawnContext;
import io.micrometer.context.ContextSnapshotFactory;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class GreenletContextAutoConfigurationTests {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(GreenletContextAutoConfiguration.class));

  @Test
  void contributesASpawnContext() {
    runner.run(context -> assertThat(context).hasSingleBean(ReactorSpawnContext.class));
  }

  @Test
  void contributesOneForSpawnedGreenletsAloneWithoutReactor() {
    runner
        .withClassLoader(new FilteredClassLoader("reactor"))
        .run(context -> assertThat(context).hasSingleBean(MicrometerSpawnContext.class));
  }

  @Test
  void takesTheSnapshotsOfTheApplication() {
    runner
        .withBean(ContextSnapshotFactory.class, () -> ContextSnapshotFactory.builder().build())
        .run(context -> assertThat(context).hasSingleBean(SpawnContext.class));
  }

  @Test
  void backsOffWhenTheApplicationHasOne() {
    SpawnContext own = SpawnContext.none();
    runner
        .withBean(SpawnContext.class, () -> own)
        .run(context -> assertThat(context).getBean(SpawnContext.class).isSameAs(own));
  }

  @Test
  void isAbsentWhenSwitchedOff() {
    runner
        .withPropertyValues("greenlet.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(SpawnContext.class));
  }
}
