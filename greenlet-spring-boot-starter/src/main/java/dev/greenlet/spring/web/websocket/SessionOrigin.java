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
 * The origin of a session. Stored in its attributes, so it references no greenlet.
 *
 * @param name the name of the greenlets that handle its messages
 * @param context the context of the handshake: logging, tracing and security
 */
record SessionOrigin(String name, SpawnContext.Captured context) {
  static final String ATTRIBUTE = SessionOrigin.class.getName();

  /** Returns the origin of a session whose handshake the caller handles. */
  static SessionOrigin ofHandshake(URI uri, SpawnContext context) {
    return new SessionOrigin(nameOf(uri, Greenlets.currentOrNull()), context.capture());
  }

  /** Returns the origin of a session; a default if its handshake was not intercepted. */
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
