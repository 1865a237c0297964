package dev.greenlet.spring.web.coroutine;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.spring.web.scope.RequestScope;
import java.lang.reflect.Method;
import java.util.Objects;
import kotlin.Unit;
import kotlin.coroutines.CoroutineContext;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.CoroutinesUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.PropagationContextElement;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.ServletInvocableHandlerMethod;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** One call of a suspending function. Confined to the thread that handles the request. */
final class SuspendingHandlerMethod extends ServletInvocableHandlerMethod {
  private static final String UNBOX = "unbox-impl"; // as the compiler of Kotlin names it

  private final GreenletRuntime runtime;

  SuspendingHandlerMethod(HandlerMethod handler, GreenletRuntime runtime) {
    super(handler);
    this.runtime = runtime;
  }

  @Override
  protected Object invokeSuspendingFunction(
      Method method, Object target, @Nullable Object[] arguments) {
    GreenletTask<?> request = Greenlets.currentOrNull();
    if (request == null || !(request.lane() instanceof Hub hub)) {
      return super.invokeSuspendingFunction(method, target, arguments);
    }
    Publisher<?> answer =
        CoroutinesUtils.invokeSuspendingFunction(
            contextOn(HubDispatcher.of(request, hub, runtime)), method, target, arguments);
    if (!(answer instanceof Mono<?> one)) {
      return answer;
    }
    RequestAttributes attributes = RequestContextHolder.getRequestAttributes();
    return one.mapNotNull(SuspendingHandlerMethod::unboxed)
        .doOnError(GreenletExit.class, _ -> cutShort(attributes));
  }

  private static CoroutineContext contextOn(HubDispatcher dispatcher) {
    return Hooks.isAutomaticContextPropagationEnabled()
        ? dispatcher.plus(new PropagationContextElement())
        : dispatcher;
  }

  private static void cutShort(@Nullable RequestAttributes attributes) {
    if (attributes instanceof ServletRequestAttributes servlet) {
      RequestScope.killed(servlet.getRequest());
    }
  }

  /** The value of an inline class, as Spring MVC shows it; {@code null} for a unit in one. */
  private static @Nullable Object unboxed(Object result) {
    Object value = result;
    while (KotlinDetector.isInlineClass(value.getClass())) {
      Method unbox = Objects.requireNonNull(ReflectionUtils.findMethod(value.getClass(), UNBOX));
      value = ReflectionUtils.invokeMethod(unbox, value);
      if (value == null || value == Unit.INSTANCE) {
        return null;
      }
    }
    return value;
  }
}
