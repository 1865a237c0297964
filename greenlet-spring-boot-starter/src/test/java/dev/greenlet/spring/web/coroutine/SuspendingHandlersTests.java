package dev.greenlet.spring.web.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuspendingHandlersTests {

  @ParameterizedTest
  @ValueSource(strings = {"one", "perhapsOne", "nothing", "list", "anything"})
  void functionsOfOneValueReturnOneValue(String function) {
    assertThat(SuspendingHandlers.returnsOneValue(named(function))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flow", "sharedFlow", "mono"})
  void functionsOfStreamsDoNotReturnOneValue(String function) {
    assertThat(SuspendingHandlers.returnsOneValue(named(function))).isFalse();
  }

  private static Method named(String function) {
    return Arrays.stream(Flowing.class.getMethods())
        .filter(method -> method.getName().equals(function))
        .findFirst()
        .orElseThrow();
  }
}
