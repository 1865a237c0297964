package dev.greenlet.spring.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.web.admission.Admission;
import dev.greenlet.spring.web.admission.AdmissionMetrics;
import dev.greenlet.spring.web.admission.AimdLimit;
import dev.greenlet.spring.web.admission.ConcurrencyLimit;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.DispatcherType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.core.Ordered;

class GreenletAdmissionAutoConfigurationTests {
  private final WebApplicationContextRunner web =
      new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
          .withConfiguration(
              AutoConfigurations.of(
                  GreenletAutoConfiguration.class,
                  GreenletWebAutoConfiguration.class,
                  GreenletAdmissionAutoConfiguration.class,
                  TomcatServletWebServerAutoConfiguration.class))
          .withPropertyValues("server.port=0");

  @Test
  void thereIsNoAdmissionWithoutALimit() {
    web.run(
        context ->
            assertThat(context)
                .doesNotHaveBean(Admission.class)
                .doesNotHaveBean(AdmissionMetrics.class)
                .doesNotHaveBean("greenletAdmissionFilter"));
    web.withPropertyValues("greenlet.web.max-live=7", "greenlet.web.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(Admission.class));
  }

  @Test
  void aLineAsLongAsTheLimitUnlessSet() {
    web.withPropertyValues("greenlet.web.max-live=7")
        .run(
            context -> {
              assertThat(context.getBean(Admission.class).snapshot())
                  .extracting("limit", "queueSize")
                  .containsExactly(7, 7);
              assertThat(context).hasSingleBean(AdmissionMetrics.class);
            });
    web.withPropertyValues("greenlet.web.max-live=7", "greenlet.web.queue-size=0")
        .run(
            context ->
                assertThat(context.getBean(Admission.class).snapshot().queueSize()).isZero());
  }

  @Test
  void theFilterComesBehindTheNameAndSeesEachRequestOnce() {
    web.withPropertyValues("greenlet.web.max-live=7")
        .run(
            context -> {
              FilterRegistrationBean<?> filter =
                  context.getBean("greenletAdmissionFilter", FilterRegistrationBean.class);
              assertThat(filter.getOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE + 10);
              assertThat(filter.determineDispatcherTypes()).containsExactly(DispatcherType.REQUEST);
            });
  }

  @Test
  void theAdaptiveLimitWhenAskedFor() {
    web.withPropertyValues("greenlet.web.max-live=7", "greenlet.web.limit=aimd")
        .run(
            context -> {
              assertThat(context).hasSingleBean(AimdLimit.class);
              assertThat(context.getBean(Admission.class).snapshot().limit()).isEqualTo(7);
            });
  }

  @Test
  void theUsersLimitInPlaceOfOurs() {
    web.withBean(ConcurrencyLimit.class, () -> ConcurrencyLimit.fixed(42))
        .run(
            context ->
                assertThat(context.getBean(Admission.class).snapshot())
                    .extracting("limit", "queueSize")
                    .containsExactly(42, 42));
  }

  @Test
  void neitherMicrometerNorTheActuatorNorAdaptiveLimitsAreNeeded() {
    web.withClassLoader(
            new FilteredClassLoader(
                MeterBinder.class,
                PathMappedEndpoints.class,
                com.netflix.concurrency.limits.Limit.class))
        .withPropertyValues("greenlet.web.max-live=7")
        .run(context -> assertThat(context).hasSingleBean(Admission.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-live=0 | 'greenlet.web.max-live' must be at least 1, was 0. Set it to 1 or more, or"
            + " remove it for the default.",
        "queue-size=-1 | 'greenlet.web.queue-size' must not be negative, was -1. Set it to 0 or"
            + " more, or remove it for the default.",
        "queue-timeout=-1s | 'greenlet.web.queue-timeout' must not be negative, was PT-1S. Set it"
            + " to 0s or more.",
        "always-admit=status | 'greenlet.web.always-admit' must contain paths within the application,"
            + " was 'status'. Start it with a slash, as in '/status/**'.",
      },
      quoteCharacter = '"')
  void aBadValueIsRefusedWithPropertyValueAndRemedy(String property, String reason) {
    assertRefused(reason, "greenlet.web.max-live=7", "greenlet.web." + property);
  }

  @Test
  void aBadValueOfAnAdaptiveLimitIsRefusedToo() {
    String aimd = "greenlet.web.limit=aimd";
    assertRefused(
        "'greenlet.web.limit' requires a maximum number of active requests."
            + " Set 'greenlet.web.max-live' too.",
        aimd);
  }

  @Test
  void anAdaptiveLimitWithoutItsLibraryIsRefusedAndTheLibraryNamed() {
    assertRefused(
        web.withClassLoader(new FilteredClassLoader(com.netflix.concurrency.limits.Limit.class)),
        "'greenlet.web.limit' is 'aimd', which requires a library. Add"
            + " 'com.netflix.concurrency-limits:concurrency-limits-core' to the class path, or set"
            + " it to 'fixed'.",
        "greenlet.web.limit=aimd",
        "greenlet.web.max-live=7");
  }

  private void assertRefused(String reason, String... properties) {
    assertRefused(web, reason, properties);
  }

  private static void assertRefused(
      WebApplicationContextRunner web, String reason, String... properties) {
    web.withPropertyValues(properties)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                    .hasMessageContaining(reason));
  }
}
