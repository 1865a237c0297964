package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.SpawnContext;
import dev.greenlet.spring.web.route.MessageRoutes;
import dev.greenlet.spring.web.route.RouteTable;
import dev.greenlet.spring.web.turn.KeyedMutex;
import dev.greenlet.spring.web.websocket.WebSocketMappingPostProcessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/** Auto-configuration for WebSocket messages that are handled by greenlets. */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnClass(WebSocketHttpRequestHandler.class)
@ConditionalOnBean(GreenletWebAutoConfiguration.class)
public final class GreenletWebSocketAutoConfiguration {

  GreenletWebSocketAutoConfiguration() {}

  @Bean
  static MessageRoutes greenletMessageRoutes(
      RouteTable routes,
      ObjectProvider<GreenletRuntime> runtime,
      ObjectProvider<KeyedMutex> turns) {
    return new MessageRoutes(routes, runtime::getObject, turns::getObject);
  }

  @Bean
  static WebSocketMappingPostProcessor greenletWebSocketMappingPostProcessor(
      ObjectProvider<MessageRoutes> routes,
      ObjectProvider<GreenletRuntime> runtime,
      ObjectProvider<SpawnContext> context) {
    return new WebSocketMappingPostProcessor(
        routes::getObject, runtime::getObject, () -> context.getIfAvailable(SpawnContext::none));
  }
}
