package dev.greenlet.spring.web.route;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.Elvis;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Operator;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.Ternary;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.ReflectivePropertyAccessor;
import org.springframework.util.ClassUtils;

/**
 * The key of a handler method: a SpEL expression over its arguments, as in {@code @Cacheable}, and
 * over the path variables, parameters, headers and principal of the request. An argument hides a
 * variable of the same name. Thread-safe.
 */
final class KeyExpression {
  private static final SpelExpressionParser PARSER = new SpelExpressionParser();
  private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();
  private static final String PATH = "path";
  private static final String PARAMS = "params";
  private static final String HEADERS = "headers";
  private static final String PRINCIPAL = "principal";
  private static final Map<String, Function<@Nullable HttpServletRequest, @Nullable Object>>
      REQUEST_VARIABLES =
          Map.of(
              PATH, RequestVariables::path,
              PARAMS, RequestVariables::params,
              HEADERS, RequestVariables::headers,
              PRINCIPAL, RequestVariables::principal);
  private static final Set<String> EVALUATION_VARIABLES = Set.of("root", "this");
  private static final Pattern POSITION = Pattern.compile("[ap](\\d{1,3})");
  private static final int NONE = -1;

  private final SpelExpression expression;
  private final Method method;
  private final int argument; // if the key is a single argument
  private final Set<Integer> arguments;
  private final Set<String> ofRequest;

  private KeyExpression(SpelExpression expression, Method method, List<String> names) {
    this.expression = expression;
    this.method = method;
    Set<String> used = variables(expression.getAST()).collect(Collectors.toSet());
    this.argument =
        expression.getAST() instanceof VariableReference only ? indexOf(nameOf(only), names) : NONE;
    this.arguments =
        used.stream()
            .map(variable -> indexOf(variable, names))
            .filter(index -> index != NONE)
            .collect(Collectors.toCollection(TreeSet::new));
    this.ofRequest =
        used.stream()
            .filter(
                variable -> REQUEST_VARIABLES.containsKey(variable) && !names.contains(variable))
            .collect(Collectors.toUnmodifiableSet());
  }

  private static int indexOf(String variable, List<String> names) {
    int named = names.indexOf(variable);
    Matcher position = POSITION.matcher(variable);
    return named == NONE && position.matches() ? Integer.parseInt(position.group(1)) : named;
  }

  /**
   * Parses an expression.
   *
   * @throws InvalidGreenletException if the text is no valid expression, or uses an unknown
   *     variable or a bean
   */
  static KeyExpression parse(String text, Method method) {
    SpelExpression expression;
    try {
      expression = PARSER.parseRaw(text);
    } catch (ParseException e) {
      throw new InvalidGreenletException(
          method,
          "'key' must be a SpEL expression, was '%s': %s".formatted(text, e.getMessage()),
          "Correct the expression; the arguments of the method are variables, as in key = \"#id\","
              + " and so are #path['id'], #params['id'], #headers['X-Tenant'] and #principal.",
          e);
    }
    List<String> arguments = argumentsOf(method);
    Set<String> known = variablesOf(method, arguments);
    variables(expression.getAST())
        .filter(variable -> !known.contains(variable))
        .findFirst()
        .ifPresent(
            unknown -> {
              throw new InvalidGreenletException(
                  method,
                  "'key' must use only arguments of the method, #path, #params, #headers and"
                      + " #principal, was '%s' with '#%s'".formatted(text, unknown),
                  "Use one of %s; names need classes compiled with -parameters.".formatted(known),
                  null);
            });
    rejectBeans(expression, method);
    return new KeyExpression(expression, method, arguments);
  }

  private static void rejectBeans(SpelExpression expression, Method method) {
    if (nodes(expression.getAST()).anyMatch(BeanReference.class::isInstance)) {
      throw new InvalidGreenletException(
          method,
          "'key' must not refer to a bean, was '%s'".formatted(expression.getExpressionString()),
          "Call a method of the controller, as in key = \"tenantOf(#id)\".",
          null);
    }
  }

  /**
   * Returns the key of one request, as {@link KeyValues} compares it.
   *
   * @throws MissingKeyException if the key is {@code null}
   * @throws IllegalArgumentException if the class of the key does not override {@code equals}
   */
  Object evaluate(
      Object target, @Nullable Object[] arguments, @Nullable HttpServletRequest request) {
    Object key =
        argument == NONE ? evaluateInContext(target, arguments, request) : arguments[argument];
    if (key == null) {
      throw new MissingKeyException(
          expression.getExpressionString(),
          method.getDeclaringClass().getSimpleName() + "." + method.getName());
    }
    return KeyValues.normalized(key);
  }

  private @Nullable Object evaluateInContext(
      Object target, @Nullable Object[] arguments, @Nullable HttpServletRequest request) {
    MethodBasedEvaluationContext context =
        new MethodBasedEvaluationContext(target, method, arguments, NAMES);
    for (String name : ofRequest) {
      context.setVariable(name, REQUEST_VARIABLES.getOrDefault(name, _ -> null).apply(request));
    }
    return expression.getValue(context);
  }

  /**
   * Rejects a property that its object certainly does not have: of the root object, such as {@code
   * id} instead of {@code #id}; of a map, such as {@code #path.id} instead of {@code #path['id']};
   * or of an argument whose type is final.
   *
   * @throws InvalidGreenletException if there is such a property
   */
  void rejectUnreadable(Class<?> root) {
    rootReferences(expression.getAST())
        .filter(reference -> !isReadable(root, reference))
        .findFirst()
        .ifPresent(reference -> rejectRootReference(reference, root));
    nodes(expression.getAST())
        .filter(CompoundExpression.class::isInstance)
        .filter(compound -> compound.getChild(0) instanceof VariableReference)
        .filter(compound -> compound.getChild(1) instanceof PropertyOrFieldReference)
        .forEach(this::rejectUnreadable);
  }

  private static boolean isReadable(Class<?> root, SpelNode reference) {
    return switch (reference) {
      case PropertyOrFieldReference property -> Readable.INSTANCE.has(root, property.getName());
      case MethodReference call ->
          Arrays.stream(root.getMethods())
              .anyMatch(method -> method.getName().equals(call.getName()));
      default -> true;
    };
  }

  private void rejectRootReference(SpelNode reference, Class<?> root) {
    String name =
        reference instanceof PropertyOrFieldReference property
            ? property.getName()
            : reference.toStringAST();
    throw new InvalidGreenletException(
        method,
        "'key' must name arguments with '#', was '%s' with '%s', which %s does not have"
            .formatted(this, name, root.getSimpleName()),
        reference instanceof PropertyOrFieldReference
            ? "Write '#%1$s' for an argument, or #path['%1$s'] for a path variable.".formatted(name)
            : "Write #argument.%s for a method of an argument.".formatted(name),
        null);
  }

  private void rejectUnreadable(SpelNode compound) {
    String variable = nameOf((VariableReference) compound.getChild(0));
    String property = ((PropertyOrFieldReference) compound.getChild(1)).getName();
    boolean entries = ofRequest.contains(variable) && !variable.equals(PRINCIPAL);
    Class<?> type = entries ? Map.class : finalTypeOf(variable);
    if (type != null && !Readable.INSTANCE.has(type, property)) {
      throw new InvalidGreenletException(
          method,
          "'key' must use existing properties, was '%s' with '#%s.%s'"
              .formatted(this, variable, property),
          entries
              ? "Write #%s['%s'].".formatted(variable, property)
              : "%s has no property '%s': use one that it has."
                  .formatted(type.getSimpleName(), property),
          null);
    }
  }

  /** Returns the type of an argument, or {@code null} if a subclass may have more properties. */
  private @Nullable Class<?> finalTypeOf(String variable) {
    int index = indexOf(variable, argumentsOf(method));
    if (index == NONE || index >= method.getParameterCount()) {
      return null;
    }
    Class<?> type = ClassUtils.resolvePrimitiveIfNecessary(method.getParameterTypes()[index]);
    return Modifier.isFinal(type.getModifiers()) && !type.isArray() ? type : null;
  }

  /** Returns the properties and methods of the root object that are used. */
  private static Stream<SpelNode> rootReferences(SpelNode node) {
    return switch (node) {
      case PropertyOrFieldReference property -> Stream.of(property);
      case MethodReference call ->
          Stream.concat(Stream.of(call), children(call).flatMap(KeyExpression::rootReferences));
      case CompoundExpression compound ->
          Stream.concat(
              rootReferences(compound.getChild(0)),
              children(compound)
                  .skip(1)
                  .filter(MethodReference.class::isInstance)
                  .flatMap(KeyExpression::children)
                  .flatMap(KeyExpression::rootReferences));
      case Operator _,
          Ternary _,
          Elvis _,
          InlineList _,
          ConstructorReference _,
          FunctionReference _ ->
          children(node).flatMap(KeyExpression::rootReferences);
      default -> Stream.of();
    };
  }

  private static Stream<SpelNode> nodes(SpelNode node) {
    return Stream.concat(Stream.of(node), children(node).flatMap(KeyExpression::nodes));
  }

  /** The properties that SpEL can read. */
  private static final class Readable extends ReflectivePropertyAccessor {
    static final Readable INSTANCE = new Readable();

    boolean has(Class<?> type, String name) {
      return findGetterForProperty(name, type, false) != null
          || findField(name, type, false) != null;
    }
  }

  /** Returns the indexes of the arguments that the key uses. */
  Set<Integer> arguments() {
    return arguments;
  }

  /** Returns whether the key uses variables of the request. */
  boolean usesRequest() {
    return !ofRequest.isEmpty();
  }

  /** Returns whether the key uses parameters of the request, for which a form is read. */
  boolean usesParams() {
    return ofRequest.contains(PARAMS);
  }

  /** Returns the path variables that the key uses literally, as in {@code #path['id']}. */
  Set<String> pathVariables() {
    return ofRequest.contains(PATH)
        ? namedOnPath(expression.getAST()).collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  private static Stream<String> namedOnPath(SpelNode node) {
    Stream<String> here =
        node instanceof CompoundExpression
                && node.getChild(0) instanceof VariableReference variable
                && nameOf(variable).equals(PATH)
                && node.getChild(1) instanceof Indexer indexer
                && indexer.getChild(0) instanceof StringLiteral name
            ? Stream.of(String.valueOf(name.getLiteralValue().getValue()))
            : Stream.of();
    return Stream.concat(here, children(node).flatMap(KeyExpression::namedOnPath));
  }

  private static List<String> argumentsOf(Method method) {
    @Nullable String @Nullable [] names = NAMES.getParameterNames(method);
    return names == null
        ? List.of()
        : Arrays.stream(names).map(name -> name == null ? "" : name).toList();
  }

  private static Set<String> variablesOf(Method method, List<String> arguments) {
    Set<String> variables = new TreeSet<>(arguments);
    variables.remove("");
    IntStream.range(0, method.getParameterCount())
        .forEach(
            i -> {
              variables.add("a" + i);
              variables.add("p" + i);
            });
    variables.addAll(EVALUATION_VARIABLES);
    variables.addAll(REQUEST_VARIABLES.keySet());
    return variables;
  }

  private static Stream<String> variables(SpelNode node) {
    return nodes(node)
        .filter(VariableReference.class::isInstance)
        .map(variable -> nameOf((VariableReference) variable));
  }

  private static Stream<SpelNode> children(SpelNode node) {
    return IntStream.range(0, node.getChildCount()).mapToObj(node::getChild);
  }

  private static String nameOf(VariableReference variable) {
    return variable.toStringAST().substring(1);
  }

  @Override
  public String toString() {
    return expression.getExpressionString();
  }
}
