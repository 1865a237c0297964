package dev.greenlet.spring.web.websocket;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;

/**
 * A session whose messages are sent at switch points. For the portable engine, on which the wait
 * for a slow peer keeps the hub. A killed greenlet sends no new message; a message that it is
 * sending is completed, or fails by the timeout of the container. As thread-safe as the session of
 * the container.
 */
final class SwitchingSession extends WebSocketSessionDecorator implements NativeWebSocketSession {
  private static final String ATTRIBUTE = SwitchingSession.class.getName();
  private static final WaitReason PEER = new WaitReason(WaitReason.SOCKET, "peer of the session");

  private SwitchingSession(WebSocketSession session) {
    super(session);
  }

  /** Returns the wrapper of a session, always the same one: applications keep sessions in sets. */
  static WebSocketSession of(WebSocketSession session) {
    return (WebSocketSession)
        session.getAttributes().computeIfAbsent(ATTRIBUTE, _ -> new SwitchingSession(session));
  }

  @Override
  public void sendMessage(WebSocketMessage<?> message) throws IOException {
    SwitchPoint.<@Nullable Void, IOException>call(
        PEER,
        () -> {
          super.sendMessage(message);
          return null;
        });
  }

  @Override
  public void close() throws IOException {
    try (SwitchPoint _ = SwitchPoint.enterMidExchange(PEER)) {
      super.close();
    }
  }

  @Override
  public void close(CloseStatus status) throws IOException {
    try (SwitchPoint _ = SwitchPoint.enterMidExchange(PEER)) {
      super.close(status);
    }
  }

  @Override
  public Object getNativeSession() {
    return getDelegate() instanceof NativeWebSocketSession known
        ? known.getNativeSession()
        : getDelegate();
  }

  @Override
  public <T> @Nullable T getNativeSession(@Nullable Class<T> type) {
    return getDelegate() instanceof NativeWebSocketSession known
        ? known.getNativeSession(type)
        : null;
  }
}
