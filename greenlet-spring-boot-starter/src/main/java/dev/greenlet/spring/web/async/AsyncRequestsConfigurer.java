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
 * Gives Spring MVC an executor for what a handler returns to be run (a {@code Callable}, a {@code
 * StreamingResponseBody}, the values of a {@code Flux}): a greenlet of kind {@code async}, spawned
 * by the request and on its lane. Comes after Boot's configurer (0) and before those of an
 * application that say nothing of an order, of which the last one to set an executor wins.
 */
public final class AsyncRequestsConfigurer implements WebMvcConfigurer, Ordered {
  /** The kind of the greenlets that go on with an asynchronous request. */
  public static final String KIND = "async";

  private static final int AFTER_BOOT = 1;

  private final GreenletRuntime runtime;

  /**
   * Creates a configurer.
   *
   * @param runtime where the greenlets live
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
