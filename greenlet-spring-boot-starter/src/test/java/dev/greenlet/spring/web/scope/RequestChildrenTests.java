package dev.greenlet.spring.web.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import tools.jackson.databind.JsonNode;

/** The policies for a child that still waits when the handler of its request has returned. */
@EachServer
@Timeout(240)
class RequestChildrenTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @SuppressWarnings("NullAway.Init") // by forget()
  private Parent parent;

  @BeforeParameterizedClassInvocation
  void start() {
    application = host.start(List.of(Parent.class, FateByPath.class), "greenlet.hubs=1");
    assertNothingIsLeft();
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void forget() {
    parent = application.bean(Parent.class);
    parent.forget();
  }

  /** Not requested over HTTP: the client has its response, and would use the same connection. */
  @Test
  void aRequestJoinsItsChild() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/join/sync");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                application.bean(GreenletRuntime.class).live().stream()
                    .anyMatch(
                        each ->
                            each.name().equals("GET /join/sync")
                                && each.waitingOn() instanceof WaitReason wait
                                && wait.kind().equals(WaitReason.JOIN)));
    assertThat(parent.child().outcome()).isNull();
    parent.release();

    assertThat(answer.join().body()).isEqualTo("parent");
    assertNothingIsLeft();
    assertThat(parent.child().outcome()).isEqualTo(new Outcome.Returned<>("released"));
  }

  @Test
  void anAsynchronousRequestIsAnsweredAndJoinsItsChild() {
    assertThat(application.get("/join/async").body()).isEqualTo("parent");

    awaitRoot("GET /join/async", "join");
    assertThat(parent.child().outcome()).isNull();
    parent.release();
    assertNothingIsLeft();
    assertThat(parent.child().outcome()).isEqualTo(new Outcome.Returned<>("released"));
  }

  @Test
  void anAsynchronousTimeoutKillsAJoinedChild() {
    assertThat(application.get("/join/never").statusCode()).isEqualTo(503);

    assertNothingIsLeft();
    assertThat(parent.child().outcome()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void theEndOfTheRequestKillsAChildUnderThePolicyKill() {
    for (String path : List.of("/kill/sync", "/kill/async")) {
      assertThat(application.get(path).body()).isEqualTo("parent");

      assertNothingIsLeft();
      assertThat(parent.child().outcome()).isInstanceOf(Outcome.Killed.class);
    }
  }

  @Test
  void aDetachedChildContinuesAsARoot() {
    for (String path : List.of("/detach/sync", "/detach/async")) {
      parent.forget();
      assertThat(application.get(path).body()).isEqualTo("parent");

      awaitRoot("child", "join");
      assertThat(parent.child().outcome()).isNull();
      parent.release();
      assertNothingIsLeft();
      assertThat(parent.child().outcome()).isEqualTo(new Outcome.Returned<>("released"));
    }
  }

  @Test
  void aCallableNeverOutlivesItsRequest() {
    assertThat(application.get("/detach/late").statusCode()).isEqualTo(503);

    assertNothingIsLeft();
  }

  @Test
  void thePropertySetsThePolicy() {
    try (RunningApplication killing =
        host.start(List.of(Parent.class), "greenlet.hubs=1", "greenlet.web.children=kill")) {
      assertThat(killing.get("/any/sync").body()).isEqualTo("parent");

      await()
          .atMost(PATIENCE)
          .until(() -> killing.bean(Parent.class).child().outcome() instanceof Outcome.Killed);
    }
  }

  private void awaitRoot(String name, String wait) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .singleElement()
                    .satisfies(
                        root -> {
                          assertThat(root.get("name").asString()).isEqualTo(name);
                          assertThat(waitOf(root)).isEqualTo(wait);
                        }));
  }

  private static String waitOf(JsonNode greenlet) {
    return greenlet.path("waitingOn").path("kind").asString();
  }

  private void assertNothingIsLeft() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  @RestController
  @Greenlet
  static class Parent {
    private volatile CompletableFuture<String> release = new CompletableFuture<>();
    private volatile @Nullable GreenletTask<String> child;

    public void forget() {
      release = new CompletableFuture<>();
    }

    public void release() {
      release.complete("released");
    }

    public GreenletTask<String> child() {
      return Objects.requireNonNull(child);
    }

    @GetMapping("/{childPolicy}/sync")
    public String sync(@PathVariable String childPolicy) {
      child = Greenlets.spawn("child", () -> Greenlets.await(release));
      return "parent";
    }

    @GetMapping("/{childPolicy}/async")
    public Callable<String> async(@PathVariable String childPolicy) {
      return () -> {
        child = Greenlets.spawn("child", () -> Greenlets.await(release));
        return "parent";
      };
    }

    @GetMapping("/{childPolicy}/never")
    public DeferredResult<String> never(@PathVariable String childPolicy) {
      child = Greenlets.spawn("child", () -> Greenlets.await(release));
      return new DeferredResult<>(50L);
    }

    @GetMapping("/{childPolicy}/late")
    public WebAsyncTask<String> late(@PathVariable String childPolicy) {
      return new WebAsyncTask<>(50L, () -> Greenlets.await(release));
    }
  }

  /** Selects the policy by the first segment of the path, so that one start suffices. */
  static class FateByPath implements BeanPostProcessor {
    private final ObjectProvider<GreenletRuntime> runtime;

    FateByPath(ObjectProvider<GreenletRuntime> runtime) {
      this.runtime = runtime;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object postProcessAfterInitialization(Object bean, String name) {
      if (bean instanceof FilterRegistrationBean<?> registration
          && registration.getFilter() instanceof RequestScopeFilter) {
        ((FilterRegistrationBean<Filter>) registration).setFilter(new ByPath(runtime.getObject()));
      }
      return bean;
    }
  }

  private static final class ByPath implements Filter {
    private final Map<String, Filter> filters;

    ByPath(GreenletRuntime runtime) {
      filters =
          Stream.of(ChildPolicy.values())
              .collect(
                  Collectors.toMap(
                      childPolicy -> childPolicy.name().toLowerCase(Locale.ROOT),
                      childPolicy ->
                          new RequestScopeFilter(
                              null,
                              childPolicy,
                              null,
                              new AsyncRequestTasks(runtime, new ContainerTasks(), childPolicy))));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      String childPolicy = ((HttpServletRequest) request).getRequestURI().split("/", 3)[1];
      Filter filter = filters.get(childPolicy);
      if (filter == null) {
        chain.doFilter(request, response); // the endpoint
      } else {
        filter.doFilter(request, response, chain);
      }
    }
  }
}
