package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.greenlet.spring.Greenlet;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.ClassUtils;

/** What {@code @Greenlet} may say on a handler of messages. */
class MessageRoutesTests {
  private static final Method CALLBACK =
      ClassUtils.getMethod(Callbacks.class, "established", String.class);

  private final MessageRoutes routes =
      new MessageRoutes(
          new RouteTable(() -> new RouteRules(true, List.of("stock")), text -> text, _ -> false),
          () -> {
            throw new IllegalStateException("no message has come");
          },
          () -> {
            throw new IllegalStateException("no message has come");
          });

  @Test
  void onlyAnnotatedHandlersAreRouted() {
    assertThat(routes.of(Plain.class, CALLBACK)).isInstanceOf(UnroutedMessages.class);
    assertThat(routes.of(Keyed.class, CALLBACK)).isInstanceOf(RoutedMessages.class);
  }

  @Test
  void whatOnlyRequestsHaveIsRefused() {
    assertRefused(Named.class, "'timeout' and 'name' are for requests");
    assertRefused(Limited.class, "'timeout' and 'name' are for requests");
    assertRefused(ByPath.class, "'key' must not use #path, #params, #headers or #principal");
    assertRefused(ByHeader.class, "'key' must not use #path, #params, #headers or #principal");
  }

  @Test
  void whatMakesNoSenseIsRefusedAsOnAController() {
    assertRefused(ByNothing.class, "'key' must use only arguments of the method");
    assertRefused(Elsewhere.class, "'hub' must be one of 'greenlet.web.hub-names', was 'stcok'");
  }

  private void assertRefused(Class<?> handler, String problem) {
    assertThatExceptionOfType(InvalidGreenletException.class)
        .isThrownBy(() -> routes.of(handler, CALLBACK))
        .withMessageStartingWith("@Greenlet on %s: %s".formatted(handler.getName(), problem));
  }

  interface Callbacks {
    void established(String session);
  }

  static class Plain {}

  @Greenlet(hub = "stock", key = "#session", exclusive = true)
  static class Keyed {}

  @Greenlet(name = "chat")
  static class Named {}

  @Greenlet(timeout = "1s")
  static class Limited {}

  @Greenlet(key = "#path['id']")
  static class ByPath {}

  @Greenlet(key = "#headers['X-Tenant']")
  static class ByHeader {}

  @Greenlet(key = "#message")
  static class ByNothing {}

  @Greenlet(hub = "stcok")
  static class Elsewhere {}
}
