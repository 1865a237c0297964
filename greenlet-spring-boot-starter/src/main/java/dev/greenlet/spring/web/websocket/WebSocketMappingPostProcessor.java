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
 * Lets greenlets handle the messages of every handler that is mapped to a path:
 * {@code @EnableWebSocket} and the endpoints of STOMP map theirs so. Handlers behind SockJS and
 * subclasses of Spring's request handler stay as they are. Reads the annotations of the handlers
 * when they are mapped, so that a wrong one stops the start.
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
   * Creates a post-processor. What it is given is asked for when the first mapping is created.
   *
   * @param routes where messages are handled
   * @param runtime where the greenlets live
   * @param context what is carried over from a handshake to its messages
   */
  public WebSocketMappingPostProcessor(
      Supplier<MessageRoutes> routes,
      Supplier<GreenletRuntime> runtime,
      Supplier<SpawnContext> context) {
    this.routes = routes;
    this.runtime = runtime;
    this.context = context;
  }

  /** Before the mapping hears of its context, and registers what it maps. */
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
      mapping.setUrlMap(replaced); // adds to those that are there
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
