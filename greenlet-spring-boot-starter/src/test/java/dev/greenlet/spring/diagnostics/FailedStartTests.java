package dev.greenlet.spring.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.web.PlainApplication;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Bad input stops the start, and the analysis names the property, its value and the remedy. */
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTests {

  @Test
  void noHubs(CapturedOutput output) {
    assertThatStartFails(Application.class, "greenlet.hubs=0");

    assertThat(output)
        .contains("Invalid value '0' for configuration property 'greenlet.hubs'")
        .contains("'greenlet.hubs' must be at least 1, was 0. Set it to 1 or more");
  }

  @Test
  void noCarriersForTheSharedLane(CapturedOutput output) {
    assertThatStartFails(Application.class, "greenlet.shared-carriers=-1");

    assertThat(output).contains("'greenlet.shared-carriers.min' must be at least 1, was -1.");
  }

  @Test
  void fewerCarriersForWhatIsOffloadedThanItBeginsWith(CapturedOutput output) {
    assertThatStartFails(
        Application.class, "greenlet.offload.carriers.min=4", "greenlet.offload.carriers.max=2");

    assertThat(output)
        .contains(
            "'greenlet.offload.carriers.max' must be at least 4, as 'greenlet.offload.carriers.min' is, was 2.");
  }

  @Test
  void aNegativeGrace(CapturedOutput output) {
    assertThatStartFails(Application.class, "greenlet.shutdown.grace=-1s");

    assertThat(output).contains("'greenlet.shutdown.grace' must not be negative, was PT-1S.");
  }

  @Test
  void noTimeBeforeAnInterrupt(CapturedOutput output) {
    assertThatStartFails(Application.class, "greenlet.web.interrupt-after=0s");

    assertThat(output).contains("'greenlet.web.interrupt-after' must be positive, was PT0S.");
  }

  @Test
  void anUnknownEngine(CapturedOutput output) {
    assertThatStartFails(Application.class, "greenlet.engine=steam");

    assertThat(output)
        .contains("Property: greenlet.engine")
        .contains("Value: \"steam\"")
        .contains("The following values are valid:")
        .contains("AUTO")
        .contains("NATIVE")
        .contains("PORTABLE");
  }

  @Test
  void aKeyThatDoesNotParse(CapturedOutput output) {
    assertThatStartFails(BrokenKey.class);

    assertThat(output)
        .contains("@Greenlet on " + BrokenKey.class.getName() + ".flight: 'key' must be a SpEL")
        .contains("was '#id +'")
        .contains("Correct the expression; the arguments of the method are variables");
  }

  @Test
  void aKeyOfAnArgumentThatIsNotThere(CapturedOutput output) {
    assertThatStartFails(UnknownArgument.class);

    assertThat(output)
        .contains(
            "'key' must use only arguments of the method, #path, #params, #headers and #principal,"
                + " was '#ids' with")
        .contains("Use one of [a0, headers, id, p0, params, path, principal, root, this]");
  }

  @Test
  void aKeyWithoutTheSignOfAnArgument(CapturedOutput output) {
    assertThatStartFails(PlainName.class);

    assertThat(output)
        .contains("'key' must name arguments with '#', was 'region + id' with 'id'")
        .contains("Write '#id' for an argument");
  }

  @Test
  void aSpreadThatContradictsAKey(CapturedOutput output) {
    assertThatStartFails(SpreadKey.class);

    assertThat(output)
        .contains("'spread' must not be combined with other attributes, was with 'key'")
        .contains("Remove 'spread', which gives up the guarantee");
  }

  @Test
  void aKeyOfAPathVariableThatIsNotMapped(CapturedOutput output) {
    assertThatStartFails(UnknownPathVariable.class);

    assertThat(output)
        .contains("'key' must use only path variables of the mapping, was")
        .contains("with 'ids'")
        .contains("Use one of [id, tenant]");
  }

  @Test
  void aNameWithAPathVariableThatIsNotMapped(CapturedOutput output) {
    assertThatStartFails(UnknownVariableInName.class);

    assertThat(output)
        .contains(
            "'name' must use only path variables of the mapping, was 'flight {ids}' with 'ids'")
        .contains("Use one of [id]");
  }

  @Test
  void aHandlerOfMessagesWithWhatOnlyRequestsHave(CapturedOutput output) {
    assertThatStartFails(LimitedSocket.class);

    assertThat(output)
        .contains(
            "@Greenlet on " + LimitedSocket.Handler.class.getName() + ": 'timeout' and 'name'")
        .contains("Remove them; for a time limit of a message, use Deadline.open in the handler.");
  }

  @Test
  void aHubThatIsNotAmongTheDeclaredOnes(CapturedOutput output) {
    assertThatStartFails(UnknownHub.class, "greenlet.web.hub-names=stock,flights");

    assertThat(output)
        .contains("'hub' must be one of 'greenlet.web.hub-names', was 'flihgts'")
        .contains("Use one of [stock, flights], or add 'flihgts' to 'greenlet.web.hub-names'.");
  }

  @Test
  void aKeyOfAFormWhereTheHandlerReadsTheBodyItself(CapturedOutput output) {
    assertThatStartFails(RawBody.class);

    assertThat(output)
        .contains("'key' must not use #params if the handler reads the body itself, was")
        .contains("Use a path variable or a header, or exclude forms in the mapping");
  }

  @Test
  void aKeyOfTheQueryWhereNoFormComesStarts() {
    start(RawBodyWithoutForm.class).close();
  }

  @Test
  void aWrongKeyOfAControllerThatIsCreatedLate(CapturedOutput output) {
    assertThatStartFails(BrokenKey.class, "spring.main.lazy-initialization=true");

    assertThat(output).contains("BrokenKey.flight: 'key' must be a SpEL");
  }

  @Test
  void aWrongTimeLimit(CapturedOutput output) {
    assertThatStartFails(NoDuration.class);

    assertThat(output)
        .contains("NoDuration.flight: 'timeout' must be a positive duration, was 'soon'");
  }

  @Test
  void eachKeyThatIsKnownLateIsLoggedInOneLine(CapturedOutput output) {
    start(LateKeys.class).close();

    assertThat(output.getOut().lines().filter(line -> line.contains("move to their hub after")))
        .hasSize(3)
        .anyMatch(
            line ->
                line.endsWith(
                    "Requests of LateKeys.body move to their hub after the body is read:"
                        + " the key is '#flight.id'"))
        .anyMatch(line -> line.contains("LateKeys.bound move to their hub after an @InitBinder"))
        .anyMatch(line -> line.contains("LateKeys.model move to their hub after the arguments"));
  }

  @Test
  void aNegativeNumberOfWaitingRequests(CapturedOutput output) {
    assertThatStartFails(Application.class, "greenlet.web.exclusive.max-waiting=-1");

    assertThat(output)
        .contains("'greenlet.web.exclusive.max-waiting' must not be negative, was -1.");
  }

  @Test
  void twoRuntimes(CapturedOutput output) {
    assertThatStartFails(TwoRuntimes.class);

    assertThat(output)
        .contains("need one GreenletRuntime, but there are 2: the beans 'one', 'two'.")
        .contains("Remove all but one of them, or mark one with @Primary.");
  }

  @Test
  void aNegativeDrain(CapturedOutput output) {
    assertThatStartFails(Application.class, "greenlet.shutdown.drain=-1s");

    assertThat(output).contains("'greenlet.shutdown.drain' must not be negative, was PT-1S.");
  }

  @Test
  @Tag("without-add-opens")
  void theNativeEngineWithoutTheOpenedPackage(CapturedOutput output) {
    assertThatStartFails(Application.class, "greenlet.engine=native");

    assertThat(output)
        .contains("Property 'greenlet.engine' is 'native', but the native engine is not available.")
        .contains("package java.lang of module java.base is not opened to greenlet")
        .contains("start java with '--add-opens java.base/java.lang=ALL-UNNAMED'")
        .contains("JDK_JAVA_OPTIONS")
        .contains("Add-Opens: java.base/java.lang")
        .contains("Or set greenlet.engine=portable");
  }

  @Test
  @Tag("without-add-opens")
  void autoWithoutTheOpenedPackageStartsAndWarnsInOneLine(CapturedOutput output) {
    start(Application.class).close();

    assertThat(output.getOut().lines().filter(line -> line.contains("Greenlets run on")))
        .singleElement()
        .asString()
        .contains("WARN")
        .contains("Greenlets run on the portable engine with")
        .contains("to get it, start java with '--add-opens java.base/java.lang=ALL-UNNAMED'");
  }

  @Test
  void theLogSaysInOneLineWhichEngineRunsAndWhy(CapturedOutput output) {
    start(Application.class, "greenlet.hubs=3").close();

    assertThat(output.getOut().lines().filter(line -> line.contains("Greenlets run on")))
        .singleElement()
        .asString()
        .contains("INFO")
        .endsWith("Greenlets run on the native engine with 3 hubs: it passed its self-test");
  }

  private static void assertThatStartFails(Class<?> application, String... properties) {
    assertThatException().isThrownBy(() -> start(application, properties).close());
  }

  private static org.springframework.context.ConfigurableApplicationContext start(
      Class<?> application, String... properties) {
    return new SpringApplicationBuilder(application)
        .properties("server.port=0", "spring.datasource.url=" + TestPostgres.url())
        .properties(properties)
        .run();
  }

  @PlainApplication
  static class Application {}

  @Import(Application.class)
  static class TwoRuntimes {
    @Bean
    GreenletRuntime one() {
      return GreenletRuntime.builder().name("one").build();
    }

    @Bean
    GreenletRuntime two() {
      return GreenletRuntime.builder().name("two").build();
    }
  }

  @EnableWebSocket
  @Import(Application.class)
  static class LimitedSocket implements WebSocketConfigurer {
    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
      registry.addHandler(new Handler(), "/socket");
    }

    @Greenlet(timeout = "1s")
    static class Handler extends TextWebSocketHandler {}
  }

  @RestController
  @Import(Application.class)
  static class BrokenKey {
    @Greenlet(key = "#id +")
    @GetMapping("/flights/{id}")
    public long flight(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class UnknownArgument {
    @Greenlet(key = "#ids")
    @GetMapping("/flights/{id}")
    public long flight(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class PlainName {
    public String getRegion() {
      return "eu";
    }

    @Greenlet(key = "region + id")
    @GetMapping("/flights/{id}")
    public long flight(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class SpreadKey {
    @Greenlet(key = "#id", spread = true)
    @GetMapping("/flights/{id}")
    public long flight(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class UnknownPathVariable {
    @Greenlet(key = "#path['tenant'] + #path['ids']")
    @GetMapping("/{tenant}/flights/{id:[0-9]+}")
    public long flight(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class UnknownVariableInName {
    @Greenlet(name = "flight {ids}")
    @GetMapping("/flights/{*id}")
    public String flight(@PathVariable String id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class UnknownHub {
    @Greenlet(hub = "flihgts")
    @GetMapping("/flights/{id}")
    public long flight(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class RawBody {
    @Greenlet(key = "#params['id']")
    @PostMapping("/flights")
    public int flight(InputStream body) throws IOException {
      return body.read();
    }
  }

  @RestController
  @Import(Application.class)
  static class RawBodyWithoutForm {
    @Greenlet(key = "#params['id']")
    @PostMapping(path = "/flights", consumes = "application/octet-stream")
    public int flight(InputStream body) throws IOException {
      return body.read();
    }

    @Greenlet(key = "#params['id']")
    @GetMapping("/flights")
    public int flights(Reader body) throws IOException {
      return body.read();
    }
  }

  @RestController
  @Import(Application.class)
  static class NoDuration {
    @Greenlet(timeout = "soon")
    @GetMapping("/flights/{id}")
    public long flight(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class LateKeys {
    record Flight(long id) {}

    @InitBinder("code")
    void initBinder(WebDataBinder binder) {}

    @Greenlet(key = "#flight.id")
    @PostMapping("/body")
    public long body(@RequestBody Flight flight) {
      return flight.id();
    }

    @Greenlet(key = "#code")
    @GetMapping("/bound")
    public String bound(@RequestParam String code) {
      return code;
    }

    @Greenlet(key = "#flight.id")
    @GetMapping("/model")
    public long model(Flight flight) {
      return flight.id();
    }

    @Greenlet(key = "#id + #path['id'] + #params['x'] + #headers['x'] + #principal?.name")
    @GetMapping("/early/{id}")
    public long early(@PathVariable long id) {
      return id;
    }
  }
}
