package dev.greenlet.spring.web.async;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.web.RequestName;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Sets the executor of Spring MVC for asynchronous results of handlers (a {@code Callable}, a
 * {@code StreamingResponseBody}, the values of a {@code Flux}): each task is a greenlet of kind
 * {@code async}, a child of the request on its lane. Ordered after Boot's configurer (0) and before
 * unordered ones of the application; the last configurer to set an executor wins. Thread-safe.
 */
public final class AsyncRequestsConfigurer implements WebMvcConfigurer, Ordered {
  /** The kind of the greenlets that continue an asynchronous request. */
  public static final String KIND = "async";

  private static final int AFTER_BOOT = 1;

  private final GreenletRuntime runtime;

  /**
   * Creates a configurer.
   *
   * @param runtime the runtime of the greenlets
   */
  public AsyncRequestsConfigurer(GreenletRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public void configureAsyncSupport(AsyncSupportConfigurer configurer) {
    configurer.setTaskExecutor(
        new NonCancellingTaskExecutor(runtime, AsyncRequestsConfigurer::optionsOfCurrent));
  }

  @Override
  public int getOrder() {
    return AFTER_BOOT;
  }

  private static SpawnOptions optionsOfCurrent() {
    GreenletTask<?> request = Greenlets.currentOrNull();
    String name = request == null ? "async" : RequestName.asyncOf(request);
    return SpawnOptions.named(name).withKind(KIND);
  }
}
