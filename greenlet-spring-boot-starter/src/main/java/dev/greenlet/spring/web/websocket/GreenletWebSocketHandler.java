package dev.greenlet.spring.web.websocket;

import dev.greenlet.BlockingCall;
import dev.greenlet.CancelScope;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.route.MessageRoute;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;

/**
 * A handler whose callbacks run in greenlets that are named after their session, on the lane of the
 * handler, and with the context of the handshake. A message is handled by the greenlet of the
 * container's task that has read it; the next message of its session is read afterwards. For a
 * callback on a plain thread, a greenlet is spawned, and the thread waits for it.
 *
 * <p>A kill ends the handling of one message, and its session with it, as the effects of the
 * message are unknown. Thread-safe.
 */
final class GreenletWebSocketHandler extends WebSocketHandlerDecorator {
  /** The kind of the greenlets that are spawned for callbacks on plain threads. */
  static final String KIND = "websocket";

  private static final CloseStatus KILLED =
      CloseStatus.SERVER_ERROR.withReason("The message was cancelled.");

  private final MessageRoute route;
  private final GreenletRuntime runtime;

  GreenletWebSocketHandler(WebSocketHandler delegate, MessageRoute route, GreenletRuntime runtime) {
    super(delegate);
    this.route = route;
    this.runtime = runtime;
  }

  @Override
  public void afterConnectionEstablished(WebSocketSession original) throws Exception {
    WebSocketSession session = shown(original);
    asGreenlet(session, () -> getDelegate().afterConnectionEstablished(session));
  }

  @Override
  public void handleMessage(WebSocketSession original, WebSocketMessage<?> message)
      throws Exception {
    WebSocketSession session = shown(original);
    asGreenlet(
        session, () -> killable(session, () -> getDelegate().handleMessage(session, message)));
  }

  @Override
  public void handleTransportError(WebSocketSession original, Throwable failure) throws Exception {
    WebSocketSession session = shown(original);
    asGreenlet(session, () -> getDelegate().handleTransportError(session, failure));
  }

  @Override
  public void afterConnectionClosed(WebSocketSession original, CloseStatus status)
      throws Exception {
    WebSocketSession session = shown(original);
    asGreenlet(session, () -> getDelegate().afterConnectionClosed(session, status));
  }

  /**
   * Returns the session that the handler gets. On the native engine sending gives up the hub by
   * itself.
   */
  private WebSocketSession shown(WebSocketSession original) {
    return runtime.engine().everyWaitSwitches() ? original : SwitchingSession.of(original);
  }

  private void asGreenlet(WebSocketSession session, Callback callback) throws Exception {
    SessionOrigin origin = SessionOrigin.of(session);
    GreenletTask<?> current = Greenlets.currentOrNull();
    if (current == null) {
      asGreenletOfItsOwn(session, origin, callback);
      return;
    }
    ContainerTasks.markCurrentRead();
    String before = current.name();
    current.rename(origin.name());
    try {
      routed(session, origin, callback);
    } finally {
      current.rename(before);
    }
  }

  private void asGreenletOfItsOwn(WebSocketSession session, SessionOrigin origin, Callback callback)
      throws Exception {
    GreenletTask<@Nullable Void> spawned;
    try {
      spawned =
          runtime.spawn(
              SpawnOptions.named(origin.name()).withKind(KIND),
              () -> routed(session, origin, callback));
    } catch (RuntimeClosedException closed) {
      callback.call(); // the application is closing, and no greenlet of it runs concurrently
      return;
    }
    try {
      spawned.get();
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception own ? own : failure;
    }
  }

  private @Nullable Void routed(WebSocketSession session, SessionOrigin origin, Callback callback)
      throws Exception {
    Runnable restore = origin.context().restore();
    try {
      return route.call(getLastHandler(), session, callback);
    } finally {
      restore.run();
    }
  }

  /**
   * Runs a callback in a scope, so that the container's task outlives a kill of one of its
   * messages.
   */
  private static void killable(WebSocketSession session, Callback callback) throws Exception {
    try (CancelScope cancelScope = CancelScope.begin()) {
      try {
        callback.call();
      } catch (GreenletExit exit) {
        if (cancelScope.exit() == null) {
          throw exit;
        }
      } finally {
        if (cancelScope.exit() != null) {
          closeKilled(session);
        }
      }
    }
  }

  private static void closeKilled(WebSocketSession session) {
    try {
      Greenlets.<@Nullable Void, IOException>shielded(
          () -> {
            session.close(KILLED);
            return null;
          });
    } catch (IOException disconnected) {
      // the client has disconnected
    }
  }

  /** A callback of the handler. */
  @FunctionalInterface
  private interface Callback extends BlockingCall<@Nullable Void, Exception> {
    void invoke() throws Exception;

    @Override
    default @Nullable Void call() throws Exception {
      invoke();
      return null;
    }
  }
}
