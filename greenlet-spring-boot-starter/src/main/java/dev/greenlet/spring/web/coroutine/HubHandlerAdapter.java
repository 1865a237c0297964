package dev.greenlet.spring.web.coroutine;

import dev.greenlet.GreenletRuntime;
import org.springframework.core.KotlinDetector;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.ServletInvocableHandlerMethod;

/**
 * Spring MVC's adapter for handler methods that also keeps the coroutine of a suspending function
 * on the hub of its request. Thread-safe once it is initialised.
 */
public final class HubHandlerAdapter extends RequestMappingHandlerAdapter {
  private final GreenletRuntime runtime;

  /**
   * Creates an adapter.
   *
   * @param runtime the runtime of the hubs
   */
  public HubHandlerAdapter(GreenletRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  protected ServletInvocableHandlerMethod createInvocableHandlerMethod(HandlerMethod handler) {
    return KotlinDetector.isSuspendingFunction(handler.getMethod())
        ? new SuspendingHandlerMethod(handler, runtime)
        : super.createInvocableHandlerMethod(handler);
  }
}
