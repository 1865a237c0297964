package dev.greenlet.spring.http;

import java.util.function.Supplier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.core.Ordered;

/**
 * Makes every {@link ClientHttpRequestFactoryBuilder} bean build factories whose requests are
 * switch points. From that bean come those of Boot's {@code RestClient.Builder}, {@code
 * RestTemplateBuilder} and HTTP service clients; it is to be injected by its interface.
 *
 * <p>Thread-safe.
 */
public final class SwitchingHttpClientPostProcessor implements BeanPostProcessor, Ordered {
  private final Supplier<ClientSockets> sockets;

  /** Creates a post processor that leaves clients on their own sockets. */
  public SwitchingHttpClientPostProcessor() {
    this(() -> ClientSockets.OWN);
  }

  /**
   * Creates a post processor.
   *
   * @param sockets on which the clients connect; asked for each builder
   */
  public SwitchingHttpClientPostProcessor(Supplier<ClientSockets> sockets) {
    this.sockets = sockets;
  }

  /**
   * Last, so that the factories are wrapped outside of what others do to them.
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
