package dev.greenlet.spring.web.websocket;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Printable;
import dev.greenlet.SpawnContext;
import dev.greenlet.spring.web.RequestName;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.WebSocketSession;

/**
 * Where a session comes from. Kept with its attributes, so it holds no greenlet.
 *
 * @param name what is called after it: what handles one of its messages
 * @param context what belonged to the handshake: its logging, tracing and security context
 */
record SessionOrigin(String name, SpawnContext.Captured context) {
  static final String ATTRIBUTE = SessionOrigin.class.getName();

  /** The origin of a session whose handshake the caller handles. */
  static SessionOrigin ofHandshake(URI uri, SpawnContext context) {
    return new SessionOrigin(nameOf(uri, Greenlets.currentOrNull()), context.capture());
  }

  /** The origin of a session, which may have come by a handshake that nobody has looked at. */
  static SessionOrigin of(WebSocketSession session) {
    if (session.getAttributes().get(ATTRIBUTE) instanceof SessionOrigin known) {
      return known;
    }
    return new SessionOrigin(nameOf(session.getUri(), null), SpawnContext.none().capture());
  }

  private static String nameOf(@Nullable URI uri, @Nullable GreenletTask<?> handshake) {
    String path = uri == null ? "" : " " + Printable.path(uri.getRawPath());
    return RequestName.of(
        handshake == null ? "WS" + path : "WS%s, session of #%d".formatted(path, handshake.id()));
  }
}
