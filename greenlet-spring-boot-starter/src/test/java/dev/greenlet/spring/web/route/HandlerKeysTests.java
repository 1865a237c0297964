package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.beans.PropertyEditorSupport;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpEntity;
import org.springframework.stereotype.Component;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The sources of keys, and the moment at which a request with each is on its hub and has its turn.
 */
@EachServer
@Timeout(120)
class HandlerKeysTests {
  private static final int REQUESTS = 10;

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Keyed.class, Bound.class, Visits.class, Parts.class),
            "greenlet.hubs=4",
            "greenlet.web.hub-names=keys");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aKeyIsTheConvertedArgument() {
    assertThatOneAtATime("/keys/number/1", "/keys/number/01", "/keys/number/+1");
    assertThatOneAtATime("/keys/optional", "/keys/optional?number=7", "/keys/optional?number=07");
    assertThatOneAtATime("/keys/sum/x?X=1", "/keys/sum/x?X=01");
  }

  @Test
  void aRequestWhoseKeyCannotBeConvertedIsRejectedAsUsual() {
    assertThat(application.get("/keys/number/one").statusCode()).isEqualTo(400);
    assertThat(application.get("/keys/required").statusCode()).isEqualTo(400);
    assertThat(application.get("/keys/required?number=").statusCode()).isEqualTo(400);
    assertThat(application.get("/keys/required?number=7").statusCode()).isEqualTo(200);
  }

  @Test
  void aKeyMayBeAParameterOfTheQueryOrOfAForm() {
    assertThatOneAtATime("/keys/params?number=1", "/keys/params?number=1&other=2");
    assertThat(
            Stream.of("/keys/form", "/keys/form-argument")
                .flatMap(path -> IntStream.range(0, REQUESTS).mapToObj(_ -> path))
                .map(
                    path ->
                        application.postLater(
                            path, "application/x-www-form-urlencoded", "number=1")))
        .allSatisfy(answer -> assertThat(answer.join().body()).startsWith("greenlet-"));
    assertThat(application.bean(Visits.class).most("1")).isEqualTo(1);
  }

  @Test
  void aKeyOfTheBodyIsKnownBeforeTheBodyIsValidated() {
    String hub = application.get("/keys/number/7").body();
    HttpResponse<String> valid =
        application.post("/keys/body", "application/json", "{\"number\": 7, \"valid\": true}");

    assertThat(valid.body()).isEqualTo(hub);
    assertThat(application.bean(Parts.class).validatedOn).isEqualTo(hub);
    assertThat(
            application
                .post("/keys/body", "application/json", "{\"number\": 7, \"valid\": false}")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void requestsWithTheSameKeyInTheirBodyDoNotInterleave() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        Stream.of("/keys/body", "/keys/entity", "/keys/optional-body")
            .flatMap(path -> IntStream.range(0, REQUESTS).mapToObj(_ -> path))
            .map(
                path ->
                    application.postLater(
                        path, "application/json", "{\"number\": 5, \"valid\": true}"))
            .toList();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    assertThat(application.bean(Visits.class).most("5")).isEqualTo(1);
  }

  @Test
  void aRequestWithoutTheBodyOfItsKeyIsRejected() {
    assertThat(application.post("/keys/body", "application/json", "").statusCode()).isEqualTo(400);
    assertThat(application.post("/keys/body", "application/json", "{").statusCode()).isEqualTo(400);
    assertThat(application.post("/keys/optional-body", "application/json", "").statusCode())
        .isEqualTo(400);
  }

  @Test
  void aKeyOfAnyOtherArgumentIsKnownWhenTheArgumentIsResolved() {
    assertThatOneAtATime(
        "/keys/model?number=3", "/keys/model?number=03", "/keys/resolved?number=3");
  }

  @Test
  void aKeyMayBeAnAttributeThatAnInterceptorSets() {
    assertThatOneAtATime("/keys/attribute?number=3", "/keys/attribute?number=03");
  }

  @Test
  void aKeyThatTheControllersOwnBinderConvertsIsKnownAfterBinding() {
    assertThatOneAtATime("/bound/own?code=a", "/bound/own?code=A", "/bound/raw/A");
  }

  @Test
  void aKeyMayBeThePrincipal() {
    assertThatOneAtATime("/keys/principal?user=ada", "/keys/principal-argument?user=ada");
    assertThat(application.get("/keys/principal").statusCode()).isEqualTo(400);
  }

  private void assertThatOneAtATime(String... paths) {
    Visits visits = application.bean(Visits.class);
    visits.clear();
    List<CompletableFuture<HttpResponse<String>>> answers =
        Stream.of(paths).flatMap(path -> application.sendAtOnce(REQUESTS, path).stream()).toList();

    assertThat(answers)
        .extracting(answer -> answer.join().body())
        .allMatch(lane -> lane.startsWith("greenlet-") && !lane.equals("greenlet-shared"))
        .containsOnly(answers.getFirst().join().body());
    assertThat(visits.inside.values()).allSatisfy(most -> assertThat(most).isEqualTo(1));
  }

  /** The largest number of concurrent handlers of one key. */
  @Component
  static class Visits {
    private final Map<String, AtomicInteger> present = new ConcurrentHashMap<>();
    private final Map<String, Integer> inside = new ConcurrentHashMap<>();

    void clear() {
      inside.clear();
    }

    int most(String key) {
      return Objects.requireNonNull(inside.get(key));
    }

    String visit(Object key) throws InterruptedException {
      AtomicInteger now = present.computeIfAbsent(key.toString(), _ -> new AtomicInteger());
      inside.merge(key.toString(), now.incrementAndGet(), Math::max);
      Greenlets.sleep(Duration.ofMillis(1)); // concurrent handlers would run here
      now.decrementAndGet();
      return Greenlets.current().lane().name();
    }
  }

  record Order(long number, boolean valid) {}

  record Tenant(long number) {}

  @RestController
  @RequestMapping("/keys")
  static class Keyed {
    private final Visits visits;

    Keyed(Visits visits) {
      this.visits = visits;
    }

    @Greenlet(hub = "keys", key = "#number", exclusive = true)
    @GetMapping("/number/{number}")
    String number(@PathVariable long number) throws InterruptedException {
      return visits.visit(number);
    }

    @Greenlet(hub = "keys", key = "#p0", exclusive = true)
    @GetMapping("/optional")
    String optional(@RequestParam(defaultValue = "7") long number) throws InterruptedException {
      return visits.visit(number);
    }

    @Greenlet(hub = "keys", key = "#number", exclusive = true)
    @GetMapping("/required")
    String required(@RequestParam Long number) throws InterruptedException {
      return visits.visit(number);
    }

    @Greenlet(hub = "keys", key = "#number + 0", exclusive = true)
    @GetMapping("/sum/{x}")
    String sum(@PathVariable String x, @RequestParam("X") long number) throws InterruptedException {
      return visits.visit(number);
    }

    @Greenlet(hub = "keys", key = "#params['number']", exclusive = true)
    @GetMapping("/params")
    String params(HttpServletRequest request) throws InterruptedException {
      return visits.visit(request.getParameter("number"));
    }

    @Greenlet(hub = "keys", key = "#params['number']", exclusive = true)
    @PostMapping("/form")
    String form(@RequestBody String body) throws InterruptedException {
      assertThat(body).isEqualTo("number=1");
      return visits.visit("1");
    }

    @Greenlet(hub = "keys", key = "#number", exclusive = true)
    @PostMapping("/form-argument")
    String formArgument(@RequestParam int number) throws InterruptedException {
      return visits.visit(number);
    }

    @Greenlet(hub = "keys", key = "#order.number", exclusive = true)
    @PostMapping("/body")
    String body(@RequestBody @Validated Order order) throws InterruptedException {
      return visits.visit(order.number());
    }

    @Greenlet(hub = "keys", key = "#entity.body.number", exclusive = true)
    @PostMapping("/entity")
    String entity(HttpEntity<Order> entity) throws InterruptedException {
      return visits.visit(Objects.requireNonNull(entity.getBody()).number());
    }

    @Greenlet(
        hub = "keys",
        key = "#order.isPresent() ? #order.get().number : null",
        exclusive = true)
    @PostMapping("/optional-body")
    String optionalBody(@RequestBody Optional<Order> order) throws InterruptedException {
      return visits.visit(order.orElseThrow().number());
    }

    @Greenlet(hub = "keys", key = "#tenant.number", exclusive = true)
    @GetMapping("/model")
    String model(Tenant tenant) throws InterruptedException {
      return visits.visit(tenant.number());
    }

    @Greenlet(hub = "keys", key = "#number", exclusive = true)
    @GetMapping("/resolved")
    String resolved(@Resolved Long number) throws InterruptedException {
      return visits.visit(number);
    }

    @Greenlet(hub = "keys", key = "#number", exclusive = true)
    @GetMapping("/attribute")
    String attribute(@RequestAttribute Long number) throws InterruptedException {
      return visits.visit(number);
    }

    @Greenlet(hub = "keys", key = "#principal?.name", exclusive = true)
    @GetMapping("/principal")
    String principal(HttpServletRequest request) throws InterruptedException {
      return visits.visit(Objects.requireNonNull(request.getUserPrincipal()).getName());
    }

    @Greenlet(hub = "keys", key = "#user.name", exclusive = true)
    @GetMapping("/principal-argument")
    String principalArgument(Principal user) throws InterruptedException {
      return visits.visit(user.getName());
    }
  }

  @RestController
  @RequestMapping("/bound")
  static class Bound {
    private final Visits visits;

    Bound(Visits visits) {
      this.visits = visits;
    }

    @InitBinder("code")
    void upperCase(WebDataBinder binder) {
      binder.registerCustomEditor(
          String.class,
          new PropertyEditorSupport() {
            @Override
            public void setAsText(String text) {
              setValue(text.toUpperCase(Locale.ROOT));
            }
          });
    }

    @Greenlet(hub = "keys", key = "#text", exclusive = true)
    @GetMapping("/own")
    String own(@RequestParam("code") String text) throws InterruptedException {
      return visits.visit(text);
    }

    @Greenlet(hub = "keys", key = "#raw", exclusive = true)
    @GetMapping("/raw/{raw}")
    String raw(@PathVariable String raw) throws InterruptedException {
      return visits.visit(raw);
    }
  }

  @Retention(RetentionPolicy.RUNTIME)
  @interface Resolved {}

  @Component
  static class Parts
      implements WebMvcConfigurer, HandlerInterceptor, HandlerMethodArgumentResolver, Filter {
    private volatile String validatedOn = "";

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
      registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(
        HttpServletRequest request, HttpServletResponse response, Object handler) {
      request.setAttribute("number", request.getParameter("number"));
      return true;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
      resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return parameter.hasParameterAnnotation(Resolved.class);
    }

    @Override
    public Object resolveArgument(
        MethodParameter parameter,
        @Nullable ModelAndViewContainer model,
        NativeWebRequest request,
        @Nullable WebDataBinderFactory binders) {
      return Long.valueOf(Objects.requireNonNull(request.getParameter("number")));
    }

    @Override
    public Validator getValidator() {
      return Validator.forType(Order.class, this::validate);
    }

    private void validate(Order order, Errors errors) {
      validatedOn = Greenlets.current().lane().name();
      if (!order.valid()) {
        errors.reject("invalid");
      }
    }

    /** Authenticates a request as the user in its query. */
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      String query = ((HttpServletRequest) request).getQueryString();
      chain.doFilter(
          query == null || !query.startsWith("user=")
              ? request
              : new HttpServletRequestWrapper((HttpServletRequest) request) {
                @Override
                public Principal getUserPrincipal() {
                  return () -> query.substring(5);
                }
              },
          response);
    }
  }
}
