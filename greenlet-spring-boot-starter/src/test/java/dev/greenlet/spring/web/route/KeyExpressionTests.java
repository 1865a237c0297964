package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.servlet.HandlerMapping;

/** The variables of keys, and the equality of keys. */
class KeyExpressionTests {
  private final MockHttpServletRequest request = new MockHttpServletRequest();

  @Test
  void argumentsByNameAndByPosition() {
    assertThat(key("#id", 7L)).isEqualTo("7");
    assertThat(key("#p0", 7L)).isEqualTo("7");
    assertThat(key("#id + 1", 7L)).isEqualTo("8");
    assertThat(key("#id.name", new Order("a"))).isEqualTo("a");
  }

  @Test
  void methodsOfTheController() {
    assertThat(key("tenantOf(#id)", 7L)).isEqualTo("tenant of 7");
  }

  @Test
  void pathVariables() {
    request.setAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("tenant", "acme"));

    assertThat(key("#path['tenant']", 1)).isEqualTo("acme");
    assertThat(
            KeyExpression.parse("#path['tenant'] + #path['id']", methodOf("handle"))
                .pathVariables())
        .containsExactlyInAnyOrder("tenant", "id");
  }

  @Test
  void headersInAnyCase() {
    request.addHeader("X-Tenant", "acme");
    request.addHeader("X-Tenant", "second");

    assertThat(key("#headers['x-tenant']", 1)).isEqualTo("acme");
    assertThat(key("#headers.containsKey('X-TENANT') ? 'there' : 'not'", 1)).isEqualTo("there");
    assertThat(key("#headers.size()", 1)).isEqualTo("1");
  }

  @Test
  void anArgumentHidesAVariableOfTheSameName() {
    request.setAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("id", "acme"));
    KeyExpression key = KeyExpression.parse("#path['id']", methodOf("hiding"));

    assertThat(key.evaluate(this, new Object[] {Map.of("id", "mine")}, request)).isEqualTo("mine");
    assertThat(key.pathVariables()).isEmpty();
  }

  @Test
  void withoutARequestThereAreNeitherPathNorHeaders() {
    KeyExpression key = KeyExpression.parse("#path.size() + #headers.size()", methodOf("handle"));

    assertThat(key.evaluate(this, new Object[] {1}, null)).isEqualTo("0");
  }

  @Test
  void keysWithTheSameTextAreEqual() {
    UUID uuid = UUID.randomUUID();

    assertThat(key("#id", 7)).isEqualTo(key("#id", 7L)).isEqualTo(key("#id", "7"));
    assertThat(key("#id", new BigDecimal("7"))).isEqualTo(key("#id", '7'));
    assertThat(key("#id", Thread.State.NEW)).isEqualTo(key("#id", "NEW"));
    assertThat(key("#id", uuid)).isEqualTo(key("#id", uuid.toString()));
    assertThat(key("#id", true)).isEqualTo(key("#id", new StringBuilder("true")));
    assertThat(key("{#id, 'x'}", 7)).isEqualTo(key("{#id, 'x'}", "7"));
    assertThat(key("#id", new int[] {1, 2})).isEqualTo(key("#id", List.of("1", "2")));
    assertThat(key("#id", new Order("a"))).isEqualTo(key("#id", new Order("a")));
  }

  @Test
  void aKeyWithoutEqualsIsRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> key("#id", new Object()))
        .withMessageContaining("must override 'equals', but java.lang.Object does not")
        .withMessageContaining("use one of its values");
  }

  @Test
  void aRequestWithoutAKeyIsABadRequest() {
    assertThatExceptionOfType(MissingKeyException.class)
        .isThrownBy(() -> key("#headers['X-Tenant']", 1))
        .withMessageContaining("Key '#headers['X-Tenant']' of KeyExpressionTests.handle")
        .satisfies(missing -> assertThat(missing.getStatusCode().value()).isEqualTo(400));
    assertThatExceptionOfType(MissingKeyException.class).isThrownBy(() -> key("#id", null));
  }

  private Object key(String expression, @Nullable Object argument) {
    return KeyExpression.parse(expression, methodOf("handle"))
        .evaluate(this, new @Nullable Object[] {argument}, request);
  }

  private static Method methodOf(String name) {
    return Arrays.stream(KeyExpressionTests.class.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  public void handle(Object id) {}

  public String tenantOf(Object id) {
    return "tenant of " + id;
  }

  public void hiding(Map<String, String> path) {}

  /** A key that is compared by its components. */
  public record Order(String name) {}
}
