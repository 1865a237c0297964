package dev.greenlet.spring.placement;

import dev.greenlet.spring.Greenlet;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Logs the {@link Greenlet} annotations on beans and their methods that have no effect, one line
 * each, because the annotated element does not handle requests of Spring MVC.
 *
 * <p>The thread that starts the context calls it once, when all singletons exist.
 */
public final class PlacementCheck implements SmartInitializingSingleton {
  private static final Log logger = LogFactory.getLog(PlacementCheck.class);
  private static final String ADVICE = "org.springframework.web.bind.annotation.ControllerAdvice";
  private static final String CONTROLLER = "org.springframework.stereotype.Controller";
  private static final String MESSAGES = "org.springframework.web.socket.WebSocketHandler";
  private static final Set<String> PLAIN_HANDLERS =
      Set.of(
          "org.springframework.web.HttpRequestHandler",
          "org.springframework.web.servlet.mvc.Controller");

  private final ConfigurableListableBeanFactory beans;
  private final Handlers handlers;
  private final @Nullable String instead;

  /**
   * Creates a check.
   *
   * @param beans the beans of the application
   * @param handlers the handler methods of the beans
   * @param instead the reason why requests do not run as greenlets, or {@code null} if they do
   */
  public PlacementCheck(
      ConfigurableListableBeanFactory beans, Handlers handlers, @Nullable String instead) {
    this.beans = beans;
    this.handlers = handlers;
    this.instead = instead;
  }

  @Override
  public void afterSingletonsInstantiated() {
    for (String bean : beans.getBeanDefinitionNames()) {
      Class<?> type = ScopedProxyUtils.isScopedTarget(bean) ? null : typeOf(bean);
      if (type != null) {
        check(bean, type);
      }
    }
  }

  private @Nullable Class<?> typeOf(String bean) {
    Class<?> type =
        beans.getType(bean, false) == null
            ? null
            : AutoProxyUtils.determineTargetClass(beans, bean);
    return type == null || type.getName().startsWith("org.springframework.")
        ? null
        : ClassUtils.getUserClass(type);
  }

  private void check(String bean, Class<?> type) {
    boolean onClass = isAnnotated(type);
    MethodFilter annotated = PlacementCheck::isAnnotated;
    Set<Method> onMethods = MethodIntrospector.selectMethods(type, annotated);
    if (!onClass && onMethods.isEmpty()) {
      return;
    }
    Collection<Method> handling = instead == null ? handlers.of(bean) : Set.of();
    if (onClass && handling.isEmpty() && !takesMessages(type)) {
      report(type.getName(), whyNot(type));
    }
    onMethods.stream()
        .filter(method -> handling.stream().noneMatch(handler -> isSame(handler, method)))
        .forEach(method -> report(type.getName() + "." + method.getName(), whyNot(type, method)));
  }

  private static boolean isAnnotated(AnnotatedElement element) {
    return AnnotatedElementUtils.hasAnnotation(element, Greenlet.class);
  }

  private static boolean isSame(Method handler, Method method) {
    return handler.getName().equals(method.getName())
        && handler.getParameterCount() == method.getParameterCount();
  }

  private static void report(String annotated, String reason) {
    logger.warn("@Greenlet on %s has no effect: %s".formatted(annotated, reason));
  }

  private String whyNot(Class<?> type) {
    if (instead != null) {
      return instead;
    }
    if (takesMessages(type)) {
      return "messages run where the annotation on the class says. Annotate the class";
    }
    if (AnnotatedElementUtils.isAnnotated(type, ADVICE)) {
      return "an advice runs where the handler runs. Annotate the controllers";
    }
    if (implementsAny(type, PLAIN_HANDLERS)) {
      return "this kind of handler runs on the shared lane. Write a controller with a handler method";
    }
    return "it is not a controller, so its methods run where their caller runs. Annotate the"
        + " controllers that call it";
  }

  private String whyNot(Class<?> type, Method method) {
    if (AnnotatedElementUtils.hasAnnotation(method, Scheduled.class)) {
      return "a scheduled task runs on the shared lane or on Spring's scheduler. Spawn a greenlet on"
          + " a hub within it";
    }
    if (method.getReturnType().getName().endsWith(".RouterFunction")) {
      return "functional routes run on the shared lane. Write a controller with a handler method";
    }
    if (instead == null && AnnotatedElementUtils.isAnnotated(type, CONTROLLER)) {
      return "it is not a handler method, so it runs where its caller runs. Annotate the handler method"
          + " that calls it";
    }
    return whyNot(type);
  }

  private boolean takesMessages(Class<?> type) {
    return instead == null && implementsAny(type, Set.of(MESSAGES));
  }

  private static boolean implementsAny(Class<?> type, Set<String> interfaces) {
    return Arrays.stream(ClassUtils.getAllInterfacesForClass(type))
        .anyMatch(implemented -> interfaces.contains(implemented.getName()));
  }
}
