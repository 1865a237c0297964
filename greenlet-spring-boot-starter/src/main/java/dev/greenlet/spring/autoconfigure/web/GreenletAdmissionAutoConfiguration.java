package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.web.admission.Admission;
import dev.greenlet.spring.web.admission.AdmissionFilter;
import dev.greenlet.spring.web.admission.AdmissionMetrics;
import dev.greenlet.spring.web.admission.AimdLimit;
import dev.greenlet.spring.web.admission.ConcurrencyLimit;
import dev.greenlet.spring.web.admission.ExemptPaths;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Auto-configuration for the admission of requests. Without a limit there is none of its beans, and
 * no cost for any request.
 */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnBean(GreenletWebAutoConfiguration.class)
@Conditional(GreenletAdmissionAutoConfiguration.OnLimit.class)
public final class GreenletAdmissionAutoConfiguration {
  private static final int AFTER_THE_NAME = Ordered.HIGHEST_PRECEDENCE + 10;
  private static final int SMALLEST = 1;
  private static final Duration LATENCY_LIMIT = Duration.ofSeconds(1);
  private static final String ADAPTIVE_LIMITS = "com.netflix.concurrency.limits.Limit";

  GreenletAdmissionAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  ConcurrencyLimit greenletConcurrencyLimit(
      GreenletWebProperties properties, ResourceLoader resources) {
    int maxLive = PropertyChecks.atLeastOne("greenlet.web.max-live", requireMaxLive(properties));
    return switch (properties.limit()) {
      case FIXED -> ConcurrencyLimit.fixed(maxLive);
      case AIMD -> aimd(properties, maxLive, resources.getClassLoader());
    };
  }

  private static int requireMaxLive(GreenletWebProperties properties) {
    Integer maxLive = properties.maxLive();
    if (maxLive == null) {
      throw new InvalidConfigurationPropertyValueException(
          "greenlet.web.limit",
          properties.limit(),
          "'greenlet.web.limit' requires a maximum number of active requests."
              + " Set 'greenlet.web.max-live' too.");
    }
    return maxLive;
  }

  private static ConcurrencyLimit aimd(
      GreenletWebProperties properties, int maxLive, @Nullable ClassLoader classes) {
    if (!ClassUtils.isPresent(ADAPTIVE_LIMITS, classes)) {
      throw new InvalidConfigurationPropertyValueException(
          "greenlet.web.limit",
          properties.limit(),
          "'greenlet.web.limit' is 'aimd', which requires a library. Add"
              + " 'com.netflix.concurrency-limits:concurrency-limits-core' to the class path, or"
              + " set it to 'fixed'.");
    }
    return new AimdLimit(SMALLEST, maxLive, LATENCY_LIMIT);
  }

  @Bean
  @ConditionalOnMissingBean
  Admission greenletAdmission(GreenletWebProperties properties, ConcurrencyLimit limit) {
    return new Admission(
        limit,
        PropertyChecks.notNegative(
            "greenlet.web.queue-size",
            Objects.requireNonNullElseGet(properties.queueSize(), limit::current)),
        PropertyChecks.notNegative("greenlet.web.queue-timeout", properties.queueTimeout()),
        System::nanoTime);
  }

  @Bean
  FilterRegistrationBean<AdmissionFilter> greenletAdmissionFilter(
      Admission admission,
      GreenletWebProperties properties,
      ObjectProvider<ExemptPatterns> others) {
    properties.alwaysAdmit().forEach(GreenletAdmissionAutoConfiguration::requireSlash);
    // endpoints are created after the server has started, so the first request reads their paths
    SingletonSupplier<ExemptPaths> exempt =
        SingletonSupplier.of(
            () ->
                new ExemptPaths(
                    Stream.concat(
                            properties.alwaysAdmit().stream(),
                            others.orderedStream().flatMap(ExemptPatterns::patterns))
                        .toList()));
    FilterRegistrationBean<AdmissionFilter> registration =
        new FilterRegistrationBean<>(new AdmissionFilter(admission, exempt::obtain));
    registration.setDispatcherTypes(DispatcherType.REQUEST);
    registration.setOrder(AFTER_THE_NAME);
    return registration;
  }

  private static void requireSlash(String pattern) {
    if (!pattern.startsWith("/")) {
      throw new InvalidConfigurationPropertyValueException(
          "greenlet.web.always-admit",
          pattern,
          "'greenlet.web.always-admit' must contain paths within the application, was '%s'."
                  .formatted(pattern)
              + " Start it with a slash, as in '/status/**'.");
    }
  }

  /** A limit is configured. */
  static final class OnLimit extends AnyNestedCondition {
    OnLimit() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty("greenlet.web.max-live")
    static final class OnMaxLive {}

    @ConditionalOnProperty("greenlet.web.limit")
    static final class OnKindOfLimit {}

    @ConditionalOnBean(ConcurrencyLimit.class)
    static final class OnBean {}
  }

  /** Patterns of paths that are admitted regardless of the load. */
  @FunctionalInterface
  interface ExemptPatterns {
    Stream<String> patterns();
  }

  /** Management endpoints on the port of the application. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({PathMappedEndpoints.class, ManagementPortType.class})
  static class ManagementConfiguration {
    @Bean
    ExemptPatterns greenletManagementPatterns(
        Environment environment,
        ObjectProvider<PathMappedEndpoints> endpoints,
        ObjectProvider<DispatcherServletPath> servlet) {
      return () ->
          ManagementPortType.get(environment) == ManagementPortType.SAME
              ? endpoints.stream()
                  .flatMap(
                      paths ->
                          ManagementPatterns.of(paths, servlet.getIfAvailable(() -> () -> "/")))
              : Stream.empty();
    }
  }

  /** The meters. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class MetricsConfiguration {
    @Bean
    @ConditionalOnMissingBean
    AdmissionMetrics greenletAdmissionMetrics(Admission admission) {
      return new AdmissionMetrics(admission);
    }
  }
}
