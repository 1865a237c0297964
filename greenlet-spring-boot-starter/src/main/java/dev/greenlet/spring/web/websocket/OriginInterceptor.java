package dev.greenlet.spring.web.websocket;

import dev.greenlet.SpawnContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/**
 * Stores the origin of a session in its attributes. Thread-safe.
 *
 * @param context captures the context of the handshake
 */
record OriginInterceptor(SpawnContext context) implements HandshakeInterceptor {

  @Override
  public boolean beforeHandshake(
      ServerHttpRequest request,
      ServerHttpResponse response,
      WebSocketHandler handler,
      Map<String, Object> attributes) {
    attributes.put(SessionOrigin.ATTRIBUTE, SessionOrigin.ofHandshake(request.getURI(), context));
    return true;
  }

  @Override
  public void afterHandshake(
      ServerHttpRequest request,
      ServerHttpResponse response,
      WebSocketHandler handler,
      @Nullable Exception failure) {}
}
