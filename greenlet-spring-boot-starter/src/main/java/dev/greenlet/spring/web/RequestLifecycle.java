package dev.greenlet.spring.web;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.function.BiConsumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its first dispatch to the end of its response, however it is dispatched in
 * between and on whichever threads. The first filter opens it, a dispatch may return with
 * asynchronous processing and be followed by another one, and the container ends it, exactly once:
 * when every dispatch has returned and the response is complete or aborted.
 *
 * <p>A synchronous request ends after its error page, if it has one, and after the container has
 * flushed the response. An asynchronous request ends so too, after timeouts, failures and aborted
 * connections as well. Where the container does not report the end of its requests (a Tomcat
 * connector with a protocol of its own, a test without a server), the lifecycle relies on the
 * servlet API: a synchronous request then ends when its first dispatch returns, an asynchronous one
 * when its listeners are notified of its completion.
 *
 * <p>Thread-safe: any thread may call the methods, unless specified otherwise. A method blocks at
 * most while an action for a disconnect runs on another thread.
 */
public final class RequestLifecycle {
  private static final Log logger = LogFactory.getLog(RequestLifecycle.class);
  private static final String ATTRIBUTE = RequestLifecycle.class.getName();

  private final @Nullable GreenletTask<?> origin;
  private @Nullable ContainerRequest container; // set before the first dispatch continues

  private @Nullable Action last; // guarded by this; the one registered last, null after the end
  private volatile @Nullable Attachment attachments;
  private volatile @Nullable GreenletTask<?> greenlet; // written under the monitor
  private volatile BiConsumer<GreenletTask<?>, String> cancellation = Greenlets::killTree;
  private volatile boolean async;
  private volatile boolean asyncFailed;
  private volatile boolean disconnected;
  private volatile boolean ended;

  private RequestLifecycle(@Nullable GreenletTask<?> origin) {
    this.origin = origin;
    this.greenlet = origin;
  }

  /** Opens the lifecycle of a request whose first dispatch begins. */
  static RequestLifecycle open(ServletRequest request, ServletContainer container) {
    RequestLifecycle opened = new RequestLifecycle(Greenlets.currentOrNull());
    opened.container = container.connect(request, opened);
    request.setAttribute(ATTRIBUTE, opened);
    return opened;
  }

  /**
   * Returns the lifecycle of a request.
   *
   * @param request the request
   * @return the lifecycle, or {@code null} if no filter has opened one
   */
  public static @Nullable RequestLifecycle of(ServletRequest request) {
    return (RequestLifecycle) request.getAttribute(ATTRIBUTE);
  }

  // --- actions ----------------------------------------------------------------------------------

  /**
   * Registers an action to run when the request ends. The actions run once, the last one registered
   * first, on the thread that ends the request: a greenlet or any other thread of the container.
   * Each runs even if another one fails; failures are logged. An action must not block. After the
   * end it runs at once, on the calling thread.
   *
   * @param action the action
   */
  public void onEnd(Runnable action) {
    if (!register(Moment.END, action)) {
      action.run();
    }
  }

  /**
   * Registers an action to run when the client disconnects before the response is complete. It runs
   * at most once, and never after the end of the request; the end waits for one that is running. It
   * runs on any thread and must not block. If the client has disconnected before, it runs at once,
   * on the calling thread. Disconnects are detected as far as the container lets them be detected,
   * and not at all if {@code greenlet.web.cancel-on-disconnect} is off.
   *
   * @param action the action
   */
  public synchronized void onDisconnect(Runnable action) {
    if (disconnected && !ended) {
      action.run();
    } else {
      register(Moment.DISCONNECT, action);
    }
  }

  /**
   * Registers an action to run each time that a dispatch returns with asynchronous processing: the
   * greenlet that handled the request leaves it. It runs on that greenlet and must not block.
   *
   * @param action the action; repeated runs must have no effect
   */
  public void onAsync(Runnable action) {
    register(Moment.ASYNC, action);
  }

  private synchronized boolean register(Moment moment, Runnable action) {
    if (ended) {
      return false;
    }
    last = new Action(moment, action, last);
    return true;
  }

  private static void run(Moment moment, @Nullable Action last) {
    for (Action action = last; action != null; action = action.before) {
      if (action.moment == moment) {
        try {
          action.run.run();
        } catch (RuntimeException | Error failure) {
          logger.error("An action for the end or a disconnect of a request failed", failure);
        }
      }
    }
  }

  // --- state ------------------------------------------------------------------------------------

  /**
   * Returns whether the request has ended.
   *
   * @return whether it has ended
   */
  public boolean hasEnded() {
    return ended;
  }

  /**
   * Returns whether a disconnect of the client was detected before the response was complete.
   *
   * @return whether it has disconnected
   */
  public boolean isDisconnected() {
    return disconnected;
  }

  /**
   * Returns whether the last byte of the response has been passed to the socket, even if the
   * request has not ended yet.
   *
   * @return whether the response is complete; before the end {@code false} if the container does
   *     not know
   */
  public synchronized boolean isResponseComplete() {
    ContainerRequest known = container;
    return ended || known != null && known.isResponseComplete();
  }

  /**
   * Returns whether the container sends the rest of the response after the filters, and blocks the
   * thread until it is sent.
   *
   * @return whether it blocks; {@code true} if the container does not know
   */
  boolean blocksAtEnd() {
    ContainerRequest known = container;
    return known == null || known.blocksAtEnd();
  }

  /**
   * Aborts the response: nothing more is sent, and a write in progress fails. Has no effect after
   * the end, and on connections that serve other requests, as with HTTP/2. Does not block.
   *
   * @throws IOException if the connection cannot be shut down
   */
  synchronized void abortResponse() throws IOException {
    ContainerRequest known = container;
    SocketChannel channel = ended || known == null ? null : known.channel();
    if (channel != null && channel.isConnected()) {
      channel.shutdownOutput();
    }
  }

  /**
   * Returns whether a dispatch of the request has returned with asynchronous processing.
   *
   * @return whether the request is asynchronous
   */
  public boolean isAsync() {
    return async;
  }

  /**
   * Returns whether the asynchronous processing has failed or timed out.
   *
   * @return whether it has failed
   */
  public boolean isAsyncFailed() {
    return asyncFailed;
  }

  /**
   * Returns the greenlet of the first dispatch. It may handle another request meanwhile.
   *
   * @return the greenlet, or {@code null} if the first dispatch runs on a plain thread
   */
  public @Nullable GreenletTask<?> origin() {
    return origin;
  }

  /**
   * Returns the greenlet whose kill cancels the request: the one that handles the first dispatch,
   * and later the one that it has handed the request over to.
   *
   * @return the greenlet, or {@code null} if there is none at present
   */
  public @Nullable GreenletTask<?> greenlet() {
    return greenlet;
  }

  /**
   * Sets the action by which a disconnect cancels the request. Its arguments are the greenlet of
   * the request and the reason. By default, the tree of the greenlet is killed.
   *
   * @param cancellation the action; must not block
   */
  public void cancelBy(BiConsumer<GreenletTask<?>, String> cancellation) {
    this.cancellation = cancellation;
  }

  /**
   * Hands an asynchronous request over to another greenlet. If the client has disconnected, that
   * greenlet is cancelled.
   *
   * @param other the greenlet whose kill cancels the request from now on
   */
  public synchronized void handOver(GreenletTask<?> other) {
    greenlet = other;
    if (disconnected && !ended) {
      cancel();
    }
  }

  // --- attachments ------------------------------------------------------------------------------

  /**
   * Attaches an object of another layer to the request. To be called on the thread of a dispatch.
   *
   * @param attachment the object
   */
  public void attach(Object attachment) {
    attachments = new Attachment(attachment, attachments);
  }

  /**
   * Returns an attached object.
   *
   * @param type the type of the object
   * @param <T> the type of the object
   * @return the object of that type that was attached last, or {@code null} if there is none
   */
  public <T> @Nullable T attached(Class<T> type) {
    for (Attachment attachment = attachments; attachment != null; attachment = attachment.before) {
      if (type.isInstance(attachment.value)) {
        return type.cast(attachment.value);
      }
    }
    return null;
  }

  // --- events of the container ------------------------------------------------------------------

  /**
   * Ends the request, and runs the actions of its end. Called by the container of the request;
   * calls after the first one have no effect.
   */
  public void end() {
    Action actions;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      actions = last;
      last = null;
      greenlet = null;
    }
    run(Moment.END, actions);
  }

  /**
   * Notes that the client has disconnected: runs the actions for a disconnect, and {@linkplain
   * #cancelBy cancels} the request. Called by the detection of disconnects. Calls after the first
   * one have no effect, nor have calls after the {@linkplain #isResponseComplete() response is
   * complete}: a client that has its response has not abandoned the request.
   */
  public synchronized void disconnect() {
    if (!disconnected && !isResponseComplete()) {
      disconnected = true;
      run(Moment.DISCONNECT, last);
      cancel();
    }
  }

  /**
   * Cancels the greenlet. Under the monitor, so that the greenlet cannot begin another request
   * meanwhile.
   */
  private void cancel() {
    GreenletTask<?> running = greenlet;
    if (running != null) {
      cancellation.accept(running, "its client has disconnected");
    }
  }

  /** Starts the detection of a disconnect. */
  void detectDisconnect(DisconnectDetection detection) {
    ContainerRequest known = container;
    if (known != null) {
      detection.begin(known, this);
    }
  }

  /** Detaches a greenlet that leaves the request, so that a disconnect does not kill it. */
  synchronized void detach(GreenletTask<?> leaving) {
    if (greenlet == leaving) {
      greenlet = null;
    }
  }

  /** Notes that a dispatch returns to the container. The thread of the dispatch. */
  void dispatched(ServletRequest request) {
    if (request.isAsyncStarted()) {
      run(Moment.ASYNC, actions());
      if (!async) {
        async = true;
        listenTo(request);
      }
    } else if (container == null && !async) {
      end();
    }
  }

  private synchronized @Nullable Action actions() {
    return last;
  }

  private void listenTo(ServletRequest request) {
    try {
      request.getAsyncContext().addListener(new Completion());
    } catch (IllegalStateException completed) {
      endUnlessReported();
    }
  }

  private void endUnlessReported() {
    if (container == null) {
      end();
    }
  }

  private enum Moment {
    ASYNC,
    DISCONNECT,
    END
  }

  private record Action(Moment moment, Runnable run, @Nullable Action before) {}

  private record Attachment(Object value, @Nullable Attachment before) {}

  /** Receives the events of asynchronous processing from the servlet API. */
  private final class Completion implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      endUnlessReported();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      asyncFailed = true;
    }

    @Override
    public void onError(AsyncEvent event) {
      asyncFailed = true;
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event
          .getAsyncContext()
          .addListener(this); // each start drops the listeners of the previous one
    }
  }
}
