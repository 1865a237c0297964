package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.beans.PropertyEditorSupport;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.converter.Converter;
import org.springframework.format.FormatterRegistry;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Controller;
import org.springframework.ui.ModelMap;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.WebRequestInterceptor;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The hub and the turn of a request apply to all that Spring MVC does for its handler. */
@EachServer
@Timeout(120)
class WholeHandlerTests {
  private static final int REQUESTS = 20;

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(List.of(Balances.class, Watched.class, Parts.class), "greenlet.hubs=2");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aValueLoadedByAModelAttributeIsValidUntilTheHandlerWritesItUnderATurn() {
    postAtOnce("/exclusive/7");

    assertThat(application.get("/exclusive/7").body()).isEqualTo("" + REQUESTS);
  }

  @Test
  void aValueLoadedByAModelAttributeIsValidUntilTheNextSwitchPointOnAHub() {
    postAtOnce("/hub/8");

    assertThat(application.get("/hub/8").body()).isEqualTo("" + REQUESTS);
  }

  @Test
  void allCodeAroundTheHandlerRunsOnItsHub() {
    HttpResponse<String> answer =
        application.post("/watched/7/all?length=3", "application/json", "{\"text\": \"x\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(visits())
        .containsOnlyKeys(
            "interceptor",
            "model attribute",
            "init binder",
            "editor",
            "converter",
            "resolver",
            "validator",
            "handler")
        .allSatisfy((_, lane) -> assertThat(lane).isEqualTo(hub()));
  }

  @Test
  void theViewIsRenderedOnTheHubWithTheTurn() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(REQUESTS, "/watched/7/view");

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo(hub()));
    assertThat(application.bean(Parts.class).mostInside()).hasValue(1);
  }

  @Test
  void anExceptionIsHandledOnTheHubWithTheTurn() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(REQUESTS, "/watched/7/failure");

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo(hub()));
    assertThat(application.bean(Parts.class).mostInside()).hasValue(1);
  }

  @Test
  void aRequestThatIsRejectedByItsArgumentsIsHandledOnTheHubToo() {
    HttpResponse<String> refused = application.get("/watched/7/number?number=seven");

    assertThat(refused.body()).isEqualTo(hub());
  }

  @Test
  void theResultOfACallableIsDispatchedToTheHubWithTheTurnOfTheRequest() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(REQUESTS, "/watched/7/callable");

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo(hub()));
    assertThat(application.bean(Parts.class).mostInside()).hasValue(1);
    assertThat(visits().get("model attribute")).isEqualTo(hub());
  }

  private void postAtOnce(String path) {
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, REQUESTS)
            .mapToObj(_ -> application.postLater(path, "text/plain", ""))
            .toList();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
  }

  private Map<String, String> visits() {
    return application.bean(Parts.class).visits();
  }

  private String hub() {
    return application.get("/watched/7/lane").body();
  }

  private static String currentLane() {
    return Greenlets.current().lane().name();
  }

  @RestController
  static class Balances {
    private final AtomicInteger loading = new AtomicInteger();
    private final Map<Long, Integer> balances = new ConcurrentHashMap<>();

    /** Loads a value, and gives concurrent requests a moment to load the same value. */
    @ModelAttribute("seen")
    Integer seen(@PathVariable long id) {
      loading.incrementAndGet();
      int seen = balances.getOrDefault(id, 0);
      for (int i = 0; i < 5_000 && loading.get() < 2; i++) {
        Thread.onSpinWait();
      }
      loading.decrementAndGet();
      return seen;
    }

    @PostMapping("/exclusive/{id}")
    @Greenlet(hub = "balances", key = "#path['id']", exclusive = true)
    void addInTurn(@PathVariable long id, @ModelAttribute("seen") Integer seen)
        throws InterruptedException {
      Greenlets.sleep(Duration.ofMillis(5));
      balances.put(id, seen + 1);
    }

    @PostMapping("/hub/{id}")
    @Greenlet(hub = "balances", key = "#path['id']")
    void add(@PathVariable long id, @ModelAttribute("seen") Integer seen) {
      balances.put(id, seen + 1);
    }

    @GetMapping({"/exclusive/{id}", "/hub/{id}"})
    int balance(@PathVariable long id) {
      return balances.getOrDefault(id, 0);
    }
  }

  @Controller
  @RequestMapping("/watched/{id}")
  @Greenlet(hub = "watched", key = "#path['id']", exclusive = true)
  static class Watched {
    private final Parts parts;

    Watched(Parts parts) {
      this.parts = parts;
    }

    @InitBinder
    void initBinder(WebDataBinder binder) {
      parts.visit("init binder");
      binder.registerCustomEditor(
          Length.class,
          new PropertyEditorSupport() {
            @Override
            public void setAsText(String text) {
              parts.visit("editor");
              setValue(new Length(Integer.parseInt(text)));
            }
          });
    }

    @ModelAttribute
    void loadModel() {
      parts.visit("model attribute");
    }

    @PostMapping("/all")
    @ResponseBody
    String all(
        @PathVariable("id") Number7 number,
        @RequestParam Length length,
        Where where,
        @RequestBody @Validated Order order) {
      parts.visit("handler");
      return order.text();
    }

    @GetMapping("/lane")
    @ResponseBody
    String lane() {
      return currentLane();
    }

    @GetMapping("/view")
    View view() {
      parts.enter();
      return this::render;
    }

    private void render(
        @Nullable Map<String, ?> model, HttpServletRequest request, HttpServletResponse response)
        throws Exception {
      Greenlets.sleep(Duration.ofMillis(1)); // concurrent handlers would run here
      response.getWriter().write(currentLane());
      parts.leave();
    }

    @GetMapping("/failure")
    void fail() {
      parts.enter();
      throw new IllegalStateException("to be expected");
    }

    @ExceptionHandler
    @ResponseBody
    String handle(IllegalStateException failure) throws InterruptedException {
      Greenlets.sleep(Duration.ofMillis(1)); // concurrent handlers would run here
      parts.leave();
      return currentLane();
    }

    @GetMapping("/number")
    @ResponseBody
    String number(@RequestParam int number) {
      return "" + number;
    }

    @ExceptionHandler
    @ResponseBody
    String refuse(TypeMismatchException refused) {
      return currentLane();
    }

    @GetMapping("/callable")
    Callable<View> callable() {
      parts.enter();
      return () -> {
        Greenlets.sleep(Duration.ofMillis(1)); // concurrent handlers would run here
        return this::render;
      };
    }
  }

  record Order(String text) {}

  record Length(int length) {}

  record Number7(long number) {}

  record Where(String lane) {}

  /** The extensions of Spring MVC of an application; each one records the lane of its call. */
  @Component
  static class Parts
      implements WebMvcConfigurer,
          WebRequestInterceptor,
          HandlerMethodArgumentResolver,
          Converter<String, Number7> {
    private final Map<String, String> visits = new ConcurrentHashMap<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();

    Map<String, String> visits() {
      return visits;
    }

    AtomicInteger mostInside() {
      return mostInside;
    }

    void visit(String part) {
      visits.put(part, currentLane());
    }

    void enter() {
      mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
    }

    void leave() {
      inside.decrementAndGet();
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
      registry.addWebRequestInterceptor(this).order(Integer.MIN_VALUE);
    }

    @Override
    public void preHandle(WebRequest request) {
      visit("interceptor");
    }

    @Override
    public void postHandle(WebRequest request, @Nullable ModelMap model) {
      visit("interceptor");
    }

    @Override
    public void afterCompletion(WebRequest request, @Nullable Exception failure) {
      visit("interceptor");
    }

    @Override
    public void addFormatters(FormatterRegistry registry) {
      registry.addConverter(String.class, Number7.class, this);
    }

    @Override
    public Number7 convert(String text) {
      visit("converter");
      return new Number7(Long.parseLong(text));
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
      resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return parameter.getParameterType() == Where.class;
    }

    @Override
    public Object resolveArgument(
        MethodParameter parameter,
        @Nullable ModelAndViewContainer model,
        NativeWebRequest request,
        @Nullable WebDataBinderFactory binders) {
      visit("resolver");
      return new Where(currentLane());
    }

    @Override
    public Validator getValidator() {
      return Validator.forType(Order.class, (_, _) -> visit("validator"));
    }
  }
}
