package dev.greenlet.spring.web;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** The key of a handler method: SpEL over its arguments, as in {@code @Cacheable}. */
final class KeyExpression {
  private static final SpelExpressionParser PARSER = new SpelExpressionParser();
  private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();
  private static final Set<String> IMPLICIT = Set.of("root", "this");

  private final SpelExpression expression;
  private final Method method;

  private KeyExpression(SpelExpression expression, Method method) {
    this.expression = expression;
    this.method = method;
  }

  /**
   * Reads an expression.
   *
   * @throws InvalidGreenletException if it does not parse, or names a parameter that is not there
   */
  static KeyExpression parse(String text, Method method) {
    SpelExpression expression;
    try {
      expression = PARSER.parseRaw(text);
    } catch (ParseException e) {
      throw new InvalidGreenletException(
          method,
          "'key' must be a SpEL expression, was '%s': %s".formatted(text, e.getMessage()),
          "Correct the expression; the arguments of the method are variables, as in key = \"#id\".",
          e);
    }
    Set<String> known = variablesOf(method);
    variables(expression.getAST())
        .filter(variable -> !known.contains(variable))
        .findFirst()
        .ifPresent(
            unknown -> {
              throw new InvalidGreenletException(
                  method,
                  "'key' must use only arguments of the method, was '%s' with '#%s'"
                      .formatted(text, unknown),
                  "Use one of %s; names need classes compiled with -parameters.".formatted(known),
                  null);
            });
    return new KeyExpression(expression, method);
  }

  /**
   * The key of one request. Numbers, texts, enums and UUIDs that read the same are the same key,
   * whatever their types; anything else goes by its {@code equals}.
   *
   * @throws IllegalArgumentException if there is none
   */
  Object evaluate(Object target, @Nullable Object[] arguments) {
    Object key =
        expression.getValue(new MethodBasedEvaluationContext(target, method, arguments, NAMES));
    if (key == null) {
      throw new IllegalArgumentException(
          "Key '%s' of %s.%s must not be null: give requests without one a value, or reject them"
              .formatted(
                  expression.getExpressionString(),
                  method.getDeclaringClass().getSimpleName(),
                  method.getName()));
    }
    return switch (key) {
      case Number number -> number.toString();
      case CharSequence text -> text.toString();
      case Character character -> character.toString();
      case Boolean truth -> truth.toString();
      case UUID uuid -> uuid.toString();
      case Enum<?> constant -> constant.name();
      default -> key;
    };
  }

  private static Set<String> variablesOf(Method method) {
    @Nullable String @Nullable [] names = NAMES.getParameterNames(method);
    Stream<String> byName =
        names == null ? Stream.of() : Stream.of(names).flatMap(Stream::ofNullable);
    Stream<String> byIndex =
        IntStream.range(0, method.getParameterCount())
            .boxed()
            .flatMap(i -> Stream.of("a" + i, "p" + i));
    return Stream.of(byName, byIndex, IMPLICIT.stream())
        .flatMap(name -> name)
        .collect(Collectors.toCollection(java.util.TreeSet::new));
  }

  private static Stream<String> variables(SpelNode node) {
    Stream<String> here =
        node instanceof VariableReference variable
            ? Stream.of(variable.toStringAST().substring(1))
            : Stream.of();
    return Stream.concat(
        here,
        IntStream.range(0, node.getChildCount()).boxed().flatMap(i -> variables(node.getChild(i))));
  }
}
