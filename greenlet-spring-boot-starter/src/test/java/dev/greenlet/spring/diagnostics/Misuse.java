package dev.greenlet.spring.diagnostics;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.PlainApplication;
import dev.greenlet.spring.web.admission.AimdLimit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kotlin.Metadata;
import kotlin.coroutines.Continuation;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** Uses without sense or effect, and the words of the start for each. */
enum Misuse {
  KEY_WITHOUT_SIGN(
      Outcome.FAILS,
      Misuse.KeyWithoutSign.class,
      "`key = \"id\"`",
      "'key' must name arguments with '#', was 'id' with 'id', which KeyWithoutSign does not have",
      "Write '#id' for an argument, or #path['id'] for a path variable."),
  KEY_OF_A_PROPERTY_OF_THE_PATH(
      Outcome.FAILS,
      Misuse.KeyOfPathProperty.class,
      "`key = \"#path.id\"`",
      "'key' must use existing properties, was '#path.id' with '#path.id'",
      "Write #path['id']."),
  KEY_OF_A_PROPERTY_THAT_IS_NOT_THERE(
      Outcome.FAILS,
      Misuse.KeyOfMissingProperty.class,
      "`key = \"#id.value\"` of a `long`",
      "'key' must use existing properties, was '#id.value' with '#id.value'",
      "Long has no property 'value': use one that it has."),
  KEY_OF_A_METHOD_THAT_IS_NOT_THERE(
      Outcome.FAILS,
      Misuse.KeyOfMissingMethod.class,
      "`key = \"tenantOf(id)\"`",
      "'key' must name arguments with '#', was 'tenantOf(id)' with 'tenantOf(id)', which"
          + " KeyOfMissingMethod does not have",
      "Write #argument.tenantOf(id) for a method of an argument."),
  KEY_OF_A_BEAN(
      Outcome.FAILS,
      Misuse.KeyOfBean.class,
      "`key = \"@tenants.of(#id)\"`",
      "'key' must not refer to a bean, was '@tenants.of(#id)'",
      "Call a method of the controller, as in key = \"tenantOf(#id)\"."),
  BLANK_HUB(
      Outcome.FAILS,
      Misuse.BlankHub.class,
      "`hub = \" \"`",
      "'hub' must not be blank, was ' '",
      "Give it a value, or remove the attribute for the default."),
  HUB_OF_A_MISSING_PROPERTY(
      Outcome.FAILS,
      Misuse.HubOfMissingProperty.class,
      "`hub = \"${my.hub}\"`",
      "'hub' must name properties that are set, was '${my.hub}': Could not resolve placeholder",
      "Set the property, or give it a default, as in ${name:default}."),
  UNCLOSED_NAME(
      Outcome.FAILS,
      Misuse.UnclosedName.class,
      "`name = \"flight {id\"`",
      "'name' must have path variables in pairs of braces, was 'flight {id'",
      "Close each variable, as in name = \"flight {id}\", or remove the braces."),
  SWITCH_THAT_IS_NEITHER_ON_NOR_OFF(
      Outcome.FAILS,
      Misuse.Application.class,
      "`greenlet.enabled=maybe`",
      "'greenlet.enabled' must be true or false, was 'maybe'.",
      "Set it to one of them, or remove it for the default.",
      "greenlet.enabled=maybe"),
  ON_A_SUSPENDING_FUNCTION(
      Outcome.FAILS,
      Misuse.OnSuspendingFunction.class,
      "a Kotlin `suspend fun` beside a `WebMvcRegistrations` of the application",
      "a suspending function must not be placed on a hub if its coroutine would leave it: it returns"
          + " a Flow, or the application has a WebMvcRegistrations bean",
      "Use a plain function, return a List, remove that bean, or set spread = true."),
  QUEUE_WITHOUT_LIMIT(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.queue-size=5`",
      "'greenlet.web.queue-size' has no effect: requests are not limited, set 'greenlet.web.max-live' too",
      "",
      "greenlet.web.queue-size=5"),
  REPEATED_HUB(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.hub-names=stock,flights,stock`",
      "'greenlet.web.hub-names' has 'stock' twice: the second has no effect, remove it",
      "",
      "greenlet.web.hub-names=stock,flights,stock"),
  WIDTH_WITHOUT_GATE(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.jdbc.gate=false`, `greenlet.jdbc.gate-width.dataSource=3`",
      "'greenlet.jdbc.gate-width' has no effect: 'greenlet.jdbc.gate' is false",
      "",
      "greenlet.jdbc.gate=false",
      "greenlet.jdbc.gate-width.dataSource=3"),
  JDBC_WITHOUT_SWITCH_POINTS(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.jdbc.enabled=false`, `greenlet.jdbc.cancel-patience=2s`",
      "'greenlet.jdbc.cancel-patience' has no effect: 'greenlet.jdbc.enabled' is false",
      "",
      "greenlet.jdbc.enabled=false",
      "greenlet.jdbc.cancel-patience=2s"),
  HTTP_WITHOUT_SWITCH_POINTS(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.http.enabled=false`, `greenlet.http.sockets=true`",
      "'greenlet.http.sockets' has no effect: 'greenlet.http.enabled' is false",
      "",
      "greenlet.http.enabled=false",
      "greenlet.http.sockets=true"),
  REQUESTS_THAT_ARE_NO_GREENLETS(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.enabled=false`, `greenlet.web.timeout=5s`",
      "'greenlet.web.timeout' has no effect: 'greenlet.web.enabled' is false",
      "",
      "greenlet.web.enabled=false",
      "greenlet.web.timeout=5s"),
  NO_REQUESTS(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.timeout=5s` without a web server",
      "'greenlet.web.timeout' has no effect: the application has no embedded servlet container",
      "",
      "spring.main.web-application-type=none",
      "greenlet.web.timeout=5s"),
  UNUSED_CHECK(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.cancel-on-disconnect=false`, `greenlet.web.disconnect-check=1s`",
      "'greenlet.web.disconnect-check' has no effect: 'greenlet.web.cancel-on-disconnect' is false",
      "",
      "greenlet.web.cancel-on-disconnect=false",
      "greenlet.web.disconnect-check=1s"),
  CARRIERS_ON_THE_PORTABLE_ENGINE(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.shared-carriers=4` on the portable engine",
      "'greenlet.shared-carriers' has no effect: it is for the native engine, but the portable engine is in use",
      "",
      "greenlet.engine=portable",
      "greenlet.shared-carriers=4"),
  THRESHOLD_WITHOUT_WATCHDOG(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.watchdog.enabled=false`, `greenlet.watchdog.threshold=1s`",
      "'greenlet.watchdog.threshold' has no effect: 'greenlet.watchdog.enabled' is false",
      "",
      "greenlet.watchdog.enabled=false",
      "greenlet.watchdog.threshold=1s"),
  HUBS_OF_ANOTHER_RUNTIME(
      Outcome.WARNS,
      Misuse.OwnRuntime.class,
      "`greenlet.hubs=3` next to a `GreenletRuntime` bean `mine`",
      "'greenlet.hubs' has no effect: the bean 'mine' is the runtime, configure that",
      "",
      "greenlet.hubs=3"),
  SCHEDULING_BY_ANOTHER_SCHEDULER(
      Outcome.WARNS,
      Misuse.OwnScheduler.class,
      "`greenlet.scheduling.enabled=true` next to a `TaskScheduler` bean `mine`",
      "'greenlet.scheduling.enabled' has no effect: the bean 'mine' is the scheduler, remove one of the two",
      "",
      "greenlet.scheduling.enabled=true"),
  LIMIT_BY_ANOTHER_BEAN(
      Outcome.WARNS,
      Misuse.OwnLimit.class,
      "`greenlet.web.max-live=7` next to an `AimdLimit` or other `ConcurrencyLimit` bean `mine`",
      "'greenlet.web.max-live' has no effect: the bean 'mine' is the limit, configure that",
      "",
      "greenlet.web.max-live=7"),
  DROPPED_SMALLEST_LIMIT(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.min-live=2`",
      "'greenlet.web.min-live' has no effect: the property no longer exists, define a bean of type AimdLimit, whose constructor takes the smallest limit",
      "",
      "greenlet.web.min-live=2"),
  DROPPED_LATENCY(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.latency-limit=2s`",
      "'greenlet.web.latency-limit' has no effect: the property no longer exists, define a bean of type AimdLimit, whose constructor takes the latency",
      "",
      "greenlet.web.latency-limit=2s"),
  DROPPED_GUESS(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.guess-lane=true`",
      "'greenlet.web.guess-lane' has no effect: the property no longer exists, define a bean of type LaneGuesses that does not guess",
      "",
      "greenlet.web.guess-lane=true"),
  UNKNOWN_PROPERTY(
      Outcome.WARNS,
      Misuse.Application.class,
      "`greenlet.web.max-lives=5`",
      "'greenlet.web.max-lives' has no effect: there is no such property",
      "",
      "greenlet.web.max-lives=5"),
  ON_A_SERVICE(
      Outcome.WARNS,
      Misuse.OnService.class,
      "`@Service`",
      "has no effect: it is not a controller, so its methods run where their caller runs. Annotate the controllers that call it",
      ""),
  ON_A_HELPER(
      Outcome.WARNS,
      Misuse.OnHelper.class,
      "a method of a controller that is not a handler, a `private` one too",
      "has no effect: it is not a handler method, so it runs where its caller runs. Annotate the handler method that calls it",
      ""),
  ON_AN_ADVICE(
      Outcome.WARNS,
      Misuse.OnAdvice.class,
      "`@ControllerAdvice`",
      "has no effect: an advice runs where the handler runs. Annotate the controllers",
      ""),
  ON_A_ROUTER_FUNCTION(
      Outcome.WARNS,
      Misuse.OnRouterFunction.class,
      "a `@Bean` method of a `RouterFunction`",
      "has no effect: functional routes run on the shared lane. Write a controller with a handler method",
      ""),
  ON_A_PLAIN_HANDLER(
      Outcome.WARNS,
      Misuse.OnPlainHandler.class,
      "`HttpRequestHandler`",
      "has no effect: this kind of handler runs on the shared lane. Write a controller with a handler method",
      ""),
  ON_A_SCHEDULED_TASK(
      Outcome.WARNS,
      Misuse.OnScheduled.class,
      "`@Scheduled`",
      "has no effect: a scheduled task runs on the shared lane or on Spring's scheduler. Spawn a greenlet on a hub within it",
      ""),
  ON_A_CONTROLLER_OF_WEBFLUX(
      Outcome.WARNS,
      Misuse.OnController.class,
      "a controller of WebFlux",
      "has no effect: WebFlux runs handlers on event loops of its own. Use Spring MVC on Tomcat or Jetty",
      "",
      "spring.main.web-application-type=reactive"),
  ON_A_CONTROLLER_WITHOUT_A_SERVER(
      Outcome.WARNS,
      Misuse.OnController.class,
      "a controller without a web server",
      "has no effect: the application has no embedded servlet container",
      "",
      "spring.main.web-application-type=none"),
  ON_A_CONTROLLER_THAT_RUNS_NO_GREENLETS(
      Outcome.WARNS,
      Misuse.OnController.class,
      "a controller, with `greenlet.web.enabled=false`",
      "has no effect: 'greenlet.web.enabled' is false",
      "",
      "greenlet.web.enabled=false");

  /** The effect on the start. */
  enum Outcome {
    FAILS,
    WARNS
  }

  private final Outcome outcome;
  private final Class<?> application;
  private final String use;
  private final String words;
  private final String remedy;
  private final List<String> properties;

  Misuse(
      Outcome outcome,
      Class<?> application,
      String use,
      String words,
      String remedy,
      String... properties) {
    this.outcome = outcome;
    this.application = application;
    this.use = use;
    this.words = words;
    this.remedy = remedy;
    this.properties = List.of(properties);
  }

  Outcome outcome() {
    return outcome;
  }

  Class<?> application() {
    return application;
  }

  String words() {
    return words;
  }

  String remedy() {
    return remedy;
  }

  List<String> properties() {
    return properties;
  }

  /** Its row in the documentation. */
  String row() {
    return remedy.isEmpty()
        ? "| %s | %s |".formatted(use, words)
        : "| %s | %s | %s |".formatted(use, words, remedy);
  }

  @PlainApplication
  static class Application {}

  @Import(Application.class)
  static class OwnRuntime {
    @Bean
    GreenletRuntime mine() {
      return GreenletRuntime.builder().hubs(1).build();
    }
  }

  @Import(Application.class)
  static class OwnScheduler {
    @Bean
    TaskScheduler mine() {
      return new SimpleAsyncTaskScheduler();
    }
  }

  @Import(Application.class)
  static class OwnLimit {
    @Bean
    AimdLimit mine() {
      return new AimdLimit(2, 7, Duration.ofMillis(500));
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyWithoutSign {
    private final String id = "no property of SpEL";

    @Greenlet(key = "id")
    @GetMapping("/{id}")
    public String id(@PathVariable String id) {
      return this.id + id;
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyOfPathProperty {
    @Greenlet(key = "#path.id")
    @GetMapping("/{id}")
    public String handle(@PathVariable String id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyOfMissingProperty {
    @Greenlet(key = "#id.value")
    @GetMapping("/{id}")
    public long handle(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyOfMissingMethod {
    @Greenlet(key = "tenantOf(id)")
    @GetMapping("/{id}")
    public String handle(@PathVariable String id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyOfBean {
    @Greenlet(key = "@tenants.of(#id)")
    @GetMapping("/{id}")
    public String handle(@PathVariable String id) {
      return id;
    }
  }

  @RestController
  @Greenlet(hub = " ")
  @Import(Application.class)
  static class BlankHub {
    @GetMapping("/")
    public String handle() {
      return "";
    }
  }

  @RestController
  @Greenlet(hub = "${my.hub}")
  @Import(Application.class)
  static class HubOfMissingProperty {
    @GetMapping("/")
    public String handle() {
      return "";
    }
  }

  @RestController
  @Import(Application.class)
  static class UnclosedName {
    @Greenlet(name = "flight {id")
    @GetMapping("/{id}")
    public String handle(@PathVariable String id) {
      return id;
    }
  }

  @Service
  @Greenlet(exclusive = true)
  @Import(Application.class)
  static class OnService {}

  @RestController
  @Import(Application.class)
  static class OnHelper {
    @GetMapping("/")
    public String handle() {
      return help();
    }

    @Greenlet
    private String help() {
      return "";
    }
  }

  @ControllerAdvice
  @Greenlet
  @Import(Application.class)
  static class OnAdvice {}

  @Import(Application.class)
  static class OnRouterFunction {
    @Bean
    @Greenlet(hub = "routes")
    RouterFunction<ServerResponse> routes() {
      return RouterFunctions.route(
          RequestPredicates.GET("/"), request -> ServerResponse.ok().build());
    }
  }

  @Component("/plain")
  @Greenlet
  @Import(Application.class)
  static class OnPlainHandler implements HttpRequestHandler {
    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) {}
  }

  @EnableScheduling
  @Import(Application.class)
  static class OnScheduled {
    @Scheduled(initialDelay = Long.MAX_VALUE, timeUnit = TimeUnit.NANOSECONDS)
    @Greenlet(hub = "ticks")
    void tick() {}
  }

  @RestController
  @Greenlet
  @Import(Application.class)
  static class OnController {
    @GetMapping("/")
    public String handle() {
      return "";
    }
  }

  /** As the compiler of Kotlin makes it of a {@code suspend fun}. */
  @Metadata
  @RestController
  @Import(Application.class)
  static class OnSuspendingFunction {
    @Greenlet
    @GetMapping("/")
    public Object handle(Continuation<? super String> continuation) {
      return "";
    }

    @Bean
    static WebMvcRegistrations registrations() {
      return new WebMvcRegistrations() {};
    }
  }
}
