package dev.greenlet.spring.autoconfigure.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.http.ApacheHubSockets;
import dev.greenlet.spring.http.ClientSockets;
import dev.greenlet.spring.http.HubConnectionsCustomizer;
import dev.greenlet.spring.http.HubSocketConnectionManagerBuilder;
import dev.greenlet.spring.http.SwitchingClientHttpRequestFactory;
import dev.greenlet.spring.http.SwitchingHttpClientPostProcessor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

@ExtendWith(OutputCaptureExtension.class)
class GreenletHttpAutoConfigurationTests {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  GreenletHttpAutoConfiguration.class,
                  HttpClientAutoConfiguration.class,
                  ImperativeHttpClientAutoConfiguration.class,
                  RestClientAutoConfiguration.class,
                  RestTemplateAutoConfiguration.class));

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "simple"})
  void restClientsRestTemplatesAndFactoriesOfBootSwitch(String factory) {
    runner
        .withPropertyValues("spring.http.clients.imperative.factory=" + factory)
        .run(
            context -> {
              assertThat(
                      requestOf(context.getBean(RestClient.Builder.class)).getClass().getPackage())
                  .isEqualTo(SwitchingClientHttpRequestFactory.class.getPackage());
              assertThat(context.getBean(RestTemplateBuilder.class).build().getRequestFactory())
                  .isInstanceOf(SwitchingClientHttpRequestFactory.class);
              assertThat(context.getBean(ClientHttpRequestFactory.class))
                  .isInstanceOf(SwitchingClientHttpRequestFactory.class);
            });
  }

  @Test
  void theBuilderOfTheApplicationSwitchesToo() {
    runner
        .withBean(
            ClientHttpRequestFactoryBuilder.class, () -> ClientHttpRequestFactoryBuilder.simple())
        .run(
            context ->
                assertThat(context.getBean(RestTemplateBuilder.class).build().getRequestFactory())
                    .isInstanceOf(SwitchingClientHttpRequestFactory.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"greenlet.enabled=false", "greenlet.http.enabled=false"})
  void isAbsentWhenSwitchedOff(String property) {
    runner
        .withPropertyValues(property)
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(SwitchingHttpClientPostProcessor.class);
              assertThat(context.getBean(RestTemplateBuilder.class).build().getRequestFactory())
                  .isNotInstanceOf(SwitchingClientHttpRequestFactory.class);
            });
  }

  @Test
  void apacheConnectsByHubSocketsWhenThatIsChosenWithWhatTheApplicationAdds(CapturedOutput output) {
    AtomicReference<@Nullable HubSocketConnectionManagerBuilder> customized =
        new AtomicReference<>();
    runner
        .withPropertyValues("greenlet.http.sockets=true")
        .withBean(HubConnectionsCustomizer.class, () -> customized::set)
        .run(
            context -> {
              assertThat(context).hasSingleBean(ApacheHubSockets.class);
              context.getBean(ClientHttpRequestFactoryBuilder.class).build();
              assertThat(customized.get()).isNotNull();
              assertThat(output).doesNotContain("greenlet.http.sockets");
            });
  }

  @Test
  void clientsStayOnTheirOwnSocketsUnlessOthersAreChosen() {
    runner.run(context -> assertThat(context).doesNotHaveBean(ClientSockets.class));
  }

  @Test
  void oneLineReportsThatHubSocketsNeedApache(CapturedOutput output) {
    runner
        .withPropertyValues("greenlet.http.sockets=true")
        .withClassLoader(new FilteredClassLoader("org.apache.hc.client5"))
        .run(
            context -> {
              assertThat(context).hasNotFailed().doesNotHaveBean(ClientSockets.class);
              assertThat(context.getBean(RestTemplateBuilder.class).build().getRequestFactory())
                  .isInstanceOf(SwitchingClientHttpRequestFactory.class);
              assertThat(output)
                  .containsOnlyOnce(
                      "'greenlet.http.sockets' has no effect: only Apache HttpClient can use hub"
                          + " sockets, add org.apache.httpcomponents.client5:httpclient5");
            });
  }

  @Test
  void oneLineReportsThatHubSocketsAreNotForAnotherClient(CapturedOutput output) {
    runner
        .withPropertyValues(
            "greenlet.http.sockets=true", "spring.http.clients.imperative.factory=jdk")
        .run(
            context -> {
              ClientHttpRequestFactoryBuilder<?> builder =
                  context.getBean(ClientHttpRequestFactoryBuilder.class);
              builder.build();
              builder.build();
              assertThat(output)
                  .containsOnlyOnce(
                      "'greenlet.http.sockets' has no effect on clients of"
                          + " JdkClientHttpRequestFactoryBuilder");
            });
  }

  @Test
  void backsOffWhenTheApplicationHasOne() {
    SwitchingHttpClientPostProcessor own = new SwitchingHttpClientPostProcessor();
    runner
        .withBean(SwitchingHttpClientPostProcessor.class, () -> own)
        .run(
            context ->
                assertThat(context).getBean(SwitchingHttpClientPostProcessor.class).isSameAs(own));
  }

  @Test
  void isAbsentWithoutBootsHttpClients() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(GreenletHttpAutoConfiguration.class))
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.http.client"))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(SwitchingHttpClientPostProcessor.class));
  }

  /** A request as the client would send it; nothing is sent. */
  private static ClientHttpRequest requestOf(RestClient.Builder builder) {
    AtomicReference<ClientHttpRequest> made = new AtomicReference<>();
    RuntimeException enough = new RuntimeException();
    try {
      builder
          .requestInitializer(
              request -> {
                made.set(request);
                throw enough;
              })
          .build()
          .get()
          .uri("http://localhost")
          .retrieve()
          .toBodilessEntity();
    } catch (RuntimeException thrown) {
      assertThat(thrown).isSameAs(enough);
    }
    return made.get();
  }
}
