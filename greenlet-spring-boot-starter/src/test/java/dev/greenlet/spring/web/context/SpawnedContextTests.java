package dev.greenlet.spring.web.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RequestLifecycle;
import dev.greenlet.spring.web.RunningApplication;
import dev.greenlet.sync.GreenletEvent;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.slf4j.MDC;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** A child has the thread locals of its request, without a further dependency. */
@EachServer
@Timeout(120)
class SpawnedContextTests {
  private static final String ENDED =
      "The request has ended: a greenlet that outlives it must not use it. Read the values that"
          + " the greenlet needs before you spawn it.";

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application = host.start(List.of(Filters.class, Family.class), "greenlet.web.children=detach");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aChildHasUserLoggingContextObservationLocaleAndRequestOfItsParent() {
    String here =
        "{locale=fr, mdc=7, observation=work, request=GET /child?x=1 by attribute, user=ada}";

    assertThat(get("/child?x=1")).isEqualTo(here);
  }

  @Test
  void aGrandchildOfAnAsynchronousHandlerHasThemToo() {
    String here =
        "{locale=fr, mdc=7, observation=work, request=GET /grandchild?x=1 by attribute, user=ada}";

    assertThat(get("/grandchild?x=1")).isEqualTo(here);
  }

  @Test
  void aChildThatOutlivesItsRequestLosesTheRequestAndKeepsTheRest() throws Exception {
    Family family = application.bean(Family.class);

    assertThat(get("/late")).isEqualTo("spawned");
    family.requestEnded.await();
    family.mayGoOn.set();

    assertThat(family.late().get())
        .containsExactly(
            Map.entry("attribute", ENDED),
            Map.entry("header", ENDED),
            Map.entry("locale", "fr"),
            Map.entry("user", "ada"));
  }

  private String get(String path) {
    return application.get(path, "Accept-Language", "fr").body();
  }

  @Configuration(proxyBeanMethods = false)
  static class Filters {
    /** Sets the context, as Spring Security does before the dispatcher. */
    @Bean
    Filter login() {
      return (request, response, chain) -> {
        Authentication ada = new TestingAuthenticationToken("ada", "secret", "USER");
        SecurityContextHolder.setContext(new SecurityContextImpl(ada));
        MDC.put("trace", "7");
        request.setAttribute("by", "attribute");
        try {
          chain.doFilter(request, response);
        } finally {
          SecurityContextHolder.clearContext();
          MDC.clear();
        }
      };
    }
  }

  @RestController
  @Greenlet
  static class Family {
    private final GreenletEvent requestEnded = new GreenletEvent("end of the request");
    private final GreenletEvent mayGoOn = new GreenletEvent("end of the wait");
    private final ObservationRegistry observations;
    private volatile @Nullable GreenletTask<Map<String, String>> late;

    Family(ObservationRegistry observations) {
      this.observations = observations;
    }

    @GetMapping("/child")
    public String child() throws Exception {
      Observation work = Observation.start("work", observations);
      try (Observation.Scope _ = work.openScope()) {
        return Greenlets.spawn("child", this::describe).get();
      } finally {
        work.stop();
      }
    }

    @GetMapping("/grandchild")
    public Callable<String> grandchild() {
      return () -> Greenlets.spawn("parent", () -> Greenlets.spawn(this::child).get()).get();
    }

    @GetMapping("/late")
    public String late(HttpServletRequest request) {
      Objects.requireNonNull(RequestLifecycle.of(request)).onEnd(requestEnded::set);
      late = Greenlets.spawn("late", this::touchLate);
      return "spawned";
    }

    GreenletTask<Map<String, String>> late() {
      GreenletTask<Map<String, String>> spawned = late;
      assertThat(spawned).isNotNull();
      return spawned;
    }

    private Map<String, String> touchLate() throws InterruptedException {
      mayGoOn.await();
      ServletRequestAttributes attributes = attributes();
      return new TreeMap<>(
          Map.of(
              "attribute",
              messageOf(() -> attributes.getAttribute("by", RequestAttributes.SCOPE_REQUEST)),
              "header",
              messageOf(() -> attributes.getRequest().getHeader("Accept-Language")),
              "locale",
              LocaleContextHolder.getLocale().toString(),
              "user",
              user()));
    }

    private String describe() {
      HttpServletRequest request = attributes().getRequest();
      Observation observation = observations.getCurrentObservation();
      return new TreeMap<>(
              Map.of(
                  "user",
                  user(),
                  "mdc",
                  String.valueOf(MDC.get("trace")),
                  "observation",
                  observation == null ? "none" : observation.getContext().getName(),
                  "locale",
                  LocaleContextHolder.getLocale().toString(),
                  "request",
                  request.getMethod()
                      + " "
                      + request.getRequestURI()
                      + "?x="
                      + request.getParameter("x")
                      + " by "
                      + attributes().getAttribute("by", RequestAttributes.SCOPE_REQUEST)))
          .toString();
    }

    private static ServletRequestAttributes attributes() {
      return (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
    }

    private static String user() {
      Authentication user = SecurityContextHolder.getContext().getAuthentication();
      return user == null ? "anonymous" : user.getName();
    }

    private static String messageOf(Callable<?> action) {
      try {
        return "got " + action.call();
      } catch (Exception refused) {
        return String.valueOf(refused.getMessage());
      }
    }
  }
}
