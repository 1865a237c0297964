package dev.greenlet.spring.web.websocket;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.SpawnContext;
import dev.greenlet.spring.web.route.MessageRoutes;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * Makes greenlets handle the messages of each handler that is mapped to a path, as by
 * {@code @EnableWebSocket} and for the endpoints of STOMP. Handlers behind SockJS and subclasses of
 * Spring's request handler are left unchanged. Reads the annotations of the handlers when they are
 * mapped, so that an invalid one prevents the start. Thread-safe once it is initialised.
 */
public final class WebSocketMappingPostProcessor
    implements InstantiationAwareBeanPostProcessor, Ordered {
  private static final Method CALLBACK =
      ClassUtils.getMethod(
          WebSocketHandler.class, "afterConnectionEstablished", WebSocketSession.class);

  private final Supplier<MessageRoutes> routes;
  private final Supplier<GreenletRuntime> runtime;
  private final Supplier<SpawnContext> context;

  /**
   * Creates a post-processor. The suppliers are first used when the first mapping is created.
   *
   * @param routes supplies the routes of messages
   * @param runtime supplies the runtime of the greenlets
   * @param context supplies the context that is carried over from a handshake to its messages
   */
  public WebSocketMappingPostProcessor(
      Supplier<MessageRoutes> routes,
      Supplier<GreenletRuntime> runtime,
      Supplier<SpawnContext> context) {
    this.routes = routes;
    this.runtime = runtime;
    this.context = context;
  }

  /** Replaces the handlers of a mapping before it is initialised and registers them. */
  @Override
  public boolean postProcessAfterInstantiation(Object bean, String name) {
    if (bean instanceof SimpleUrlHandlerMapping mapping) {
      Map<String, Object> replaced = new HashMap<>();
      mapping
          .getUrlMap()
          .forEach(
              (path, handler) -> {
                if (handler instanceof WebSocketHttpRequestHandler plain
                    && handler.getClass() == WebSocketHttpRequestHandler.class) {
                  replaced.put(path, around(plain));
                }
              });
      mapping.setUrlMap(replaced); // adds to the present ones
    }
    return true;
  }

  private WebSocketHttpRequestHandler around(WebSocketHttpRequestHandler plain) {
    WebSocketHandler handler = plain.getWebSocketHandler();
    Class<?> type = ClassUtils.getUserClass(WebSocketHandlerDecorator.unwrap(handler));
    WebSocketHttpRequestHandler replacement =
        new WebSocketHttpRequestHandler(
            new GreenletWebSocketHandler(handler, routes.get().of(type, CALLBACK), runtime.get()),
            plain.getHandshakeHandler());
    List<HandshakeInterceptor> interceptors = new ArrayList<>(plain.getHandshakeInterceptors());
    interceptors.add(new OriginInterceptor(context.get()));
    replacement.setHandshakeInterceptors(interceptors);
    return replacement;
  }

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }
}
