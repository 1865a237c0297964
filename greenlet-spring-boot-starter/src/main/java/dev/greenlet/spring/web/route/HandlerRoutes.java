package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.route.Route.Placement;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.MethodClassKey;
import org.springframework.core.MethodParameter;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/** The routes of the handler methods of Spring MVC. Thread-safe. */
public final class HandlerRoutes {
  private final RouteTable routes;
  private final ConfigurableListableBeanFactory beans;
  private final SingletonSupplier<KeyArguments> arguments;
  private final ConcurrentMap<MethodClassKey, Optional<HandlerRoute>> known =
      new ConcurrentHashMap<>();
  private final Set<MethodParameter> named = ConcurrentHashMap.newKeySet();

  /**
   * Creates the routes.
   *
   * @param routes reads the routes of methods
   * @param adapter supplies the adapter that calls handlers, first used when a key contains an
   *     argument
   * @param context the context of the handlers
   */
  public HandlerRoutes(
      RouteTable routes,
      Supplier<RequestMappingHandlerAdapter> adapter,
      ConfigurableApplicationContext context) {
    this.routes = routes;
    this.beans = context.getBeanFactory();
    this.arguments = SingletonSupplier.of(() -> new KeyArguments(adapter.get(), context));
  }

  /**
   * Returns the route of a handler, or {@code null} if it has no annotation.
   *
   * @throws InvalidGreenletException if the annotation is invalid
   */
  @Nullable HandlerRoute of(HandlerMethod handler) {
    Class<?> controller = controllerOf(handler);
    MethodClassKey key = new MethodClassKey(handler.getMethod(), controller);
    Optional<HandlerRoute> route = known.get(key);
    if (route == null) {
      route = Optional.ofNullable(read(handler, controller));
      known.put(key, route);
    }
    return route.orElse(null);
  }

  /** Returns whether a parameter is used in the key of its handler. */
  boolean isUsedInKey(MethodParameter parameter) {
    return named.contains(parameter);
  }

  private @Nullable HandlerRoute read(HandlerMethod handler, Class<?> controller) {
    Method method = handler.getMethod();
    Route route = routes.find(method, controller);
    if (route == null) {
      return null;
    }
    List<KeyArgument> keyArguments =
        route.placement() instanceof Placement.ByKey(KeyExpression key)
            ? key.arguments().stream().map(index -> arguments.obtain().of(handler, index)).toList()
            : List.of();
    keyArguments.forEach(argument -> named.add(argument.parameter()));
    return new HandlerRoute(route, method.getParameterCount(), keyArguments);
  }

  /** Returns the class of the controller, also behind a proxy of its interfaces. */
  private Class<?> controllerOf(HandlerMethod handler) {
    Class<?> type = handler.getBeanType();
    if (!Proxy.isProxyClass(type)) {
      return type;
    }
    Class<?> target =
        handler.getBean() instanceof String name
            ? AutoProxyUtils.determineTargetClass(beans, name)
            : AopUtils.getTargetClass(handler.getBean());
    return target == null ? type : ClassUtils.getUserClass(target);
  }
}
