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
   * Creates routes.
   *
   * @param routes the routes by method
   * @param adapter what calls handlers, asked for when the first key names an argument
   * @param context where the handlers are
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
   * Returns the route of a handler, or {@code null} for one that has not opted in.
   *
   * @throws InvalidGreenletException if the annotation makes no sense
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

  /** Returns whether the key of some handler names a parameter. */
  boolean nameInKey(MethodParameter parameter) {
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

  /** The class that is annotated, which a proxy of its interfaces hides. */
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
