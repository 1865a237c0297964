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
 * A handler whose code runs in greenlets that are called after their session, on the lane of the
 * handler, and with the context of the handshake. A message is handled by the greenlet of the
 * container's task that has read it; the next one of its session is read when that is done. What a
 * thread that is no greenlet tells of a session is handled by a greenlet that it waits for.
 *
 * <p>A kill ends the handling of one message, and its session with it: nobody could tell what was
 * done and what was not.
 */
final class GreenletWebSocketHandler extends WebSocketHandlerDecorator {
  /** The kind of the greenlets that are spawned for what threads tell. */
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
  public void afterConnectionEstablished(WebSocketSession own) throws Exception {
    WebSocketSession session = shown(own);
    asGreenlet(session, () -> getDelegate().afterConnectionEstablished(session));
  }

  @Override
  public void handleMessage(WebSocketSession own, WebSocketMessage<?> message) throws Exception {
    WebSocketSession session = shown(own);
    asGreenlet(
        session, () -> killable(session, () -> getDelegate().handleMessage(session, message)));
  }

  @Override
  public void handleTransportError(WebSocketSession own, Throwable failure) throws Exception {
    WebSocketSession session = shown(own);
    asGreenlet(session, () -> getDelegate().handleTransportError(session, failure));
  }

  @Override
  public void afterConnectionClosed(WebSocketSession own, CloseStatus status) throws Exception {
    WebSocketSession session = shown(own);
    asGreenlet(session, () -> getDelegate().afterConnectionClosed(session, status));
  }

  /**
   * The session as the handler sees it. On the native engine sending gives up the hub by itself.
   */
  private WebSocketSession shown(WebSocketSession own) {
    return runtime.engine().everyWaitSwitches() ? own : SwitchingSession.of(own);
  }

  private void asGreenlet(WebSocketSession session, Callback callback) throws Exception {
    SessionOrigin origin = SessionOrigin.of(session);
    GreenletTask<?> current = Greenlets.currentOrNull();
    if (current == null) {
      asGreenletOfItsOwn(session, origin, callback);
      return;
    }
    ContainerTasks.currentIsRead();
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
      callback.call(); // the application ends, and nothing of it runs beside this any more
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
    Runnable setBack = origin.context().restore();
    try {
      return route.call(getLastHandler(), session, callback);
    } finally {
      setBack.run();
    }
  }

  /** The container's task outlives a kill that was for one of its messages. */
  private static void killable(WebSocketSession session, Callback callback) throws Exception {
    try (CancelScope stint = CancelScope.begin()) {
      try {
        callback.call();
      } catch (GreenletExit exit) {
        if (stint.exit() == null) {
          throw exit;
        }
      } finally {
        if (stint.exit() != null) {
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
    } catch (IOException gone) {
      // then there is nobody to be told
    }
  }

  /** What a handler is told. */
  @FunctionalInterface
  private interface Callback extends BlockingCall<@Nullable Void, Exception> {
    void tell() throws Exception;

    @Override
    default @Nullable Void call() throws Exception {
      tell();
      return null;
    }
  }
}
