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
 * The {@code @InitBinder} methods of an application. What they do is known only when they are
 * called, which is part of the handler.
 *
 * @param context where the advice of controllers is
 */
record InitBinders(ApplicationContext context) {

  /** Returns whether one of them is called for an argument, so that it may convert it. */
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

  /** The name in the request, if the annotation of the argument says it, and that in the code. */
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
