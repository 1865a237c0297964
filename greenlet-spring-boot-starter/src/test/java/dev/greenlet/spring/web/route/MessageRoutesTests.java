package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.greenlet.spring.Greenlet;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.ClassUtils;

/** The attributes of {@code @Greenlet} on a handler of messages. */
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
  void attributesOfRequestsAreRejected() {
    assertRejected(Named.class, "'timeout' and 'name' must be empty");
    assertRejected(Limited.class, "'timeout' and 'name' must be empty");
    assertRejected(ByPath.class, "'key' must not use #path, #params, #headers or #principal");
    assertRejected(ByHeader.class, "'key' must not use #path, #params, #headers or #principal");
  }

  @Test
  void invalidAttributesAreRejectedAsOnAController() {
    assertRejected(ByNothing.class, "'key' must use only arguments of the method");
    assertRejected(Elsewhere.class, "'hub' must be one of 'greenlet.web.hub-names', was 'stcok'");
  }

  private void assertRejected(Class<?> handler, String problem) {
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
