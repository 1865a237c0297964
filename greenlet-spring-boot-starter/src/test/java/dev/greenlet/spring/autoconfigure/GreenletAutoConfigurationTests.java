package dev.greenlet.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.DeadlockException;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Hub;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnContext;
import dev.greenlet.SpawnOptions;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.spring.actuate.GreenletsEndpoint;
import dev.greenlet.spring.autoconfigure.web.GreenletTomcatAutoConfiguration;
import dev.greenlet.spring.autoconfigure.web.GreenletWarAutoConfiguration;
import dev.greenlet.spring.autoconfigure.web.GreenletWebAutoConfiguration;
import dev.greenlet.spring.web.route.RouteCheck;
import dev.greenlet.spring.web.tomcat.GreenletTomcatCustomizer;
import dev.greenlet.sync.GreenletEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.catalina.startup.Tomcat;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.ConfigurableWebApplicationContext;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

@ExtendWith(OutputCaptureExtension.class)
class GreenletAutoConfigurationTests {
  private static final AutoConfigurations OURS =
      AutoConfigurations.of(
          GreenletAutoConfiguration.class,
          GreenletWebAutoConfiguration.class,
          GreenletTomcatAutoConfiguration.class,
          GreenletWarAutoConfiguration.class,
          GreenletsEndpointAutoConfiguration.class);

  private final ApplicationContextRunner plain =
      new ApplicationContextRunner().withConfiguration(OURS);
  private final WebApplicationContextRunner web =
      new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
          .withConfiguration(OURS)
          .withConfiguration(AutoConfigurations.of(TomcatServletWebServerAutoConfiguration.class))
          .withPropertyValues("server.port=0");

  private final WebApplicationContextRunner mock =
      new WebApplicationContextRunner().withConfiguration(OURS);

  @Test
  void aRuntimeWithAsManyHubsAsProcessorsUnlessSet() {
    plain.run(
        context ->
            assertThat(context.getBean(GreenletRuntime.class).hubs())
                .hasSize(Runtime.getRuntime().availableProcessors()));
    plain
        .withPropertyValues("greenlet.hubs=7", "greenlet.shared-carriers=3")
        .run(context -> assertThat(context.getBean(GreenletRuntime.class).hubs()).hasSize(7));
  }

  @Test
  void asManyCarriersAsProcessorsAndABoundUnlessSet() {
    int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    plain
        .withPropertyValues("greenlet.shared-carriers.min=" + (processors + 1))
        .run(
            context -> {
              GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
              assertThat(runtime.sharedLane().maxCarriers()).isEqualTo(256);
              assertThat(runtime.offloadLane().carriers()).isEqualTo(processors);
              assertThat(runtime.offloadLane().maxCarriers()).isEqualTo(64);
            });
  }

  @Test
  void theCarriersThatAreAskedFor() {
    plain
        .withPropertyValues(
            "greenlet.shared-carriers.min=3",
            "greenlet.shared-carriers.max=5",
            "greenlet.offload.carriers.min=4",
            "greenlet.offload.carriers.max=6")
        .run(
            context -> {
              GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
              assertThat(runtime.sharedLane().carriers()).isEqualTo(3);
              assertThat(runtime.sharedLane().maxCarriers()).isEqualTo(5);
              assertThat(runtime.offloadLane().carriers()).isEqualTo(4);
              assertThat(runtime.offloadLane().maxCarriers()).isEqualTo(6);
            });
    plain
        .withPropertyValues("greenlet.shared-carriers=3")
        .run(
            context ->
                assertThat(context.getBean(GreenletRuntime.class).sharedLane().carriers())
                    .isEqualTo(3));
  }

  @Test
  void theEngineThatIsAskedFor() {
    plain
        .withPropertyValues("greenlet.engine=portable")
        .run(
            context ->
                assertThat(context.getBean(GreenletRuntime.class).engine().name())
                    .isEqualTo("portable"));
  }

  @Test
  void aStuckGreenletFailsIfConfigured() {
    plain
        .withPropertyValues("greenlet.stuck=fail", "greenlet.stuck-grace=20ms")
        .run(
            context ->
                assertThat(waitForever(context.getBean(GreenletRuntime.class)).join())
                    .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                            assertThat(failed.cause()).isInstanceOf(DeadlockException.class)));
  }

  @Test
  void aStuckGreenletKeepsWaitingByDefault() {
    plain
        .withPropertyValues("greenlet.stuck-grace=20ms")
        .run(
            context -> {
              GreenletTask<?> waiting = waitForever(context.getBean(GreenletRuntime.class));
              Inspector inspector = context.getBean(Inspector.class);

              Awaitility.await()
                  .atMost(Duration.ofSeconds(30))
                  .until(() -> inspector.stuck() != null);
              assertThat(waiting.isDone()).isFalse();
            });
  }

  private static GreenletTask<?> waitForever(GreenletRuntime runtime) {
    GreenletEvent neverSet = new GreenletEvent("never set");
    return runtime.spawn(
        SpawnOptions.named("waits"),
        () -> {
          neverSet.await();
          return null;
        });
  }

  @Test
  void theSpawnSiteOfAGreenletIsRecordedIfConfigured() {
    plain.run(context -> assertThat(spawnedAt(context)).isEmpty());
    plain
        .withPropertyValues("greenlet.spawn-sites=2")
        .run(
            context ->
                assertThat(spawnedAt(context))
                    .hasSize(2)
                    .first()
                    .extracting(StackTraceElement::getMethodName)
                    .isEqualTo("spawnedAt"));
  }

  private static List<StackTraceElement> spawnedAt(AssertableApplicationContext context) {
    return context
        .getBean(GreenletRuntime.class)
        .spawn(SpawnOptions.defaults(), () -> 1)
        .spawnedAt();
  }

  @Test
  void valuesThatAreNotValidAreRejected() {
    plain
        .withPropertyValues("greenlet.stuck-grace=0s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("'greenlet.stuck-grace' must be positive, was PT0S"));
    plain
        .withPropertyValues("greenlet.spawn-sites=-1")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("'greenlet.spawn-sites' must not be negative, was -1"));
  }

  @Test
  void theRuntimeEndsWithTheContext() {
    AtomicReference<GreenletRuntime> runtime = new AtomicReference<>();
    plain.run(context -> runtime.set(context.getBean(GreenletRuntime.class)));

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(runtime.get().hubs()).allMatch(hub -> hub.state() == Hub.State.CLOSED));
  }

  @Test
  void nothingWhenDisabled() {
    web.withPropertyValues("greenlet.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .doesNotHaveBean(GreenletRuntime.class)
                    .doesNotHaveBean(Inspector.class)
                    .doesNotHaveBean(RouteCheck.class)
                    .doesNotHaveBean(GreenletTomcatCustomizer.class));
  }

  @Test
  void theUsersRuntimeInPlaceOfOurs() {
    plain
        .withUserConfiguration(OwnRuntime.class)
        .run(
            context ->
                assertThat(context.getBean(GreenletRuntime.class))
                    .isSameAs(context.getBean("mine")));
  }

  @Test
  void theUsersSpawnContextIsTaken() {
    AtomicReference<Integer> captures = new AtomicReference<>(0);
    plain
        .withBean(
            SpawnContext.class,
            () ->
                () -> {
                  captures.updateAndGet(count -> count + 1);
                  return SpawnContext.none().capture();
                })
        .run(
            context ->
                context
                    .getBean(GreenletRuntime.class)
                    .spawn(SpawnOptions.defaults(), () -> 1)
                    .get());

    assertThat(captures).hasValue(1);
  }

  @Test
  void requestsOnlyInAServletApplication() {
    web.run(
        context ->
            assertThat(context)
                .hasSingleBean(RouteCheck.class)
                .hasSingleBean(GreenletTomcatCustomizer.class));
    plain.run(
        context ->
            assertThat(context)
                .doesNotHaveBean(RouteCheck.class)
                .doesNotHaveBean(GreenletTomcatCustomizer.class));
  }

  @Test
  void requestsOnlyWhenWanted() {
    web.withPropertyValues("greenlet.web.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(GreenletRuntime.class)
                    .doesNotHaveBean(RouteCheck.class)
                    .doesNotHaveBean(GreenletTomcatCustomizer.class));
  }

  @Test
  void aWarRunsNoGreenletsAndLogsThat(CapturedOutput output, @TempDir Path base) throws Exception {
    Tomcat container = new Tomcat();
    container.setBaseDir(base.toString());
    War war = new War();
    container
        .addContext("", base.toString())
        .addServletContainerInitializer((classes, context) -> war.onStartup(context), Set.of());
    container.start();

    assertThat(AssertableWebApplicationContext.get(war::context))
        .hasSingleBean(GreenletRuntime.class)
        .doesNotHaveBean(RouteCheck.class)
        .doesNotHaveBean(GreenletTomcatCustomizer.class);
    assertThat(output.getOut().lines().filter(line -> line.contains("as greenlets")))
        .singleElement()
        .asString()
        .contains("INFO")
        .contains(
            "Requests do not run as greenlets: the container that the application is deployed to");
    container.stop();
    container.destroy();
  }

  @Test
  void aMockOfAServletContextIsNotReportedAsAWar(CapturedOutput output) {
    mock.run(
        context -> {
          assertThat(context)
              .hasSingleBean(GreenletRuntime.class)
              .doesNotHaveBean(RouteCheck.class);
          assertThat(output).doesNotContain("as greenlets");
        });
    web.run(context -> assertThat(output).doesNotContain("as greenlets"));
  }

  @Test
  void noSpringMvcNoRouting() {
    web.withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
        .run(context -> assertThat(context).doesNotHaveBean(RouteCheck.class));
  }

  @Test
  void theEndpointOnlyWhenExposed() {
    plain.run(context -> assertThat(context).doesNotHaveBean(GreenletsEndpoint.class));
    web.withPropertyValues("management.endpoints.web.exposure.include=greenlets")
        .run(context -> assertThat(context).hasSingleBean(GreenletsEndpoint.class));
    web.withPropertyValues(
            "management.endpoints.web.exposure.include=greenlets",
            "management.endpoint.greenlets.access=NONE")
        .run(context -> assertThat(context).doesNotHaveBean(GreenletsEndpoint.class));
  }

  @Test
  void everyPropertyHasADescription() throws Exception {
    try (var metadata =
        getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      assertThat(metadata).isNotNull();
      var properties =
          new tools.jackson.databind.json.JsonMapper().readTree(metadata).get("properties");

      assertThat(properties.valueStream())
          .filteredOn(property -> property.get("name").asString().startsWith("greenlet."))
          .allSatisfy(property -> assertThat(property.path("description").asString()).isNotBlank())
          .extracting(property -> property.get("name").asString())
          .contains("greenlet.engine", "greenlet.shutdown.grace", "greenlet.web.enabled");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnRuntime {
    @Bean
    GreenletRuntime mine() {
      return GreenletRuntime.builder().name("mine").build();
    }
  }

  private static final class War extends SpringBootServletInitializer {
    private @Nullable ConfigurableWebApplicationContext context;

    @Override
    protected SpringApplicationBuilder configure(SpringApplicationBuilder builder) {
      return builder.sources(Deployed.class);
    }

    @Override
    protected WebApplicationContext run(SpringApplication application) {
      WebApplicationContext root = super.run(application);
      context = (ConfigurableWebApplicationContext) root;
      return Objects.requireNonNull(root);
    }

    ConfigurableWebApplicationContext context() {
      return Objects.requireNonNull(context);
    }
  }

  @ImportAutoConfiguration({
    GreenletAutoConfiguration.class,
    GreenletWebAutoConfiguration.class,
    GreenletTomcatAutoConfiguration.class,
    GreenletWarAutoConfiguration.class
  })
  static class Deployed {}
}
