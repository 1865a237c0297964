package dev.greenlet.spring.web.route;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.context.ApplicationContext;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.method.ControllerAdviceBean;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * The {@code @InitBinder} methods of an application. Their effect is known only when they are
 * called, which happens on the hub of the handler. Thread-safe.
 *
 * @param context the context of the controller advice
 */
record InitBinders(ApplicationContext context) {

  /**
   * Returns whether one of the methods is called for an argument, and so may change its conversion.
   */
  boolean mayConvert(MethodParameter parameter, Class<?> controller) {
    Set<String> names = namesOf(parameter);
    return Stream.concat(Stream.of(controller), advice(controller))
        .flatMap(InitBinders::methods)
        .map(method -> AnnotatedElementUtils.findMergedAnnotation(method, InitBinder.class))
        .anyMatch(
            binder ->
                binder != null
                    && (binder.value().length == 0
                        || Arrays.stream(binder.value()).anyMatch(names::contains)));
  }

  private Stream<Class<?>> advice(Class<?> controller) {
    return ControllerAdviceBean.findAnnotatedBeans(context).stream()
        .filter(bean -> bean.isApplicableToBeanType(controller))
        .flatMap(bean -> Stream.ofNullable(bean.getBeanType()));
  }

  private static Stream<Method> methods(Class<?> type) {
    return MethodIntrospector.selectMethods(type, RequestMappingHandlerAdapter.INIT_BINDER_METHODS)
        .stream();
  }

  /** Returns the name of the parameter, and the name that its annotation specifies. */
  private static Set<String> namesOf(MethodParameter parameter) {
    Set<String> names = new HashSet<>();
    String name = parameter.getParameterName();
    if (name != null) {
      names.add(name);
    }
    Arrays.stream(parameter.getParameterAnnotations())
        .map(AnnotationUtils::getValue)
        .forEach(
            value -> {
              if (value instanceof String text) {
                names.add(text);
              }
            });
    return names;
  }
}
