package dev.greenlet.spring.http;

import java.util.function.Supplier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.core.Ordered;

/**
 * Makes each {@link ClientHttpRequestFactoryBuilder} bean build factories whose requests are switch
 * points. Boot's {@code RestClient.Builder}, {@code RestTemplateBuilder} and HTTP service clients
 * use that bean. Inject it by its interface.
 *
 * <p>Thread-safe.
 */
public final class SwitchingHttpClientPostProcessor implements BeanPostProcessor, Ordered {
  private final Supplier<ClientSockets> sockets;

  /** Creates a post-processor that leaves clients on their own sockets. */
  public SwitchingHttpClientPostProcessor() {
    this(() -> ClientSockets.DEFAULT);
  }

  /**
   * Creates a post-processor.
   *
   * @param sockets supplies the choice of sockets, once for each builder
   */
  public SwitchingHttpClientPostProcessor(Supplier<ClientSockets> sockets) {
    this.sockets = sockets;
  }

  /**
   * Returns the lowest precedence: the factories are wrapped after all other post-processors.
   *
   * @return the lowest precedence
   */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  /**
   * Wraps a builder.
   *
   * @param bean any bean
   * @param beanName its name
   * @return the bean, or a builder around it
   */
  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    return bean instanceof ClientHttpRequestFactoryBuilder<?> builder
            && !(bean instanceof SwitchingRequestFactoryBuilder)
        ? new SwitchingRequestFactoryBuilder(builder, sockets.get())
        : bean;
  }
}
