package dev.greenlet.spring.web.tomcat;

import jakarta.servlet.RequestDispatcher;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;
import org.jspecify.annotations.Nullable;

/**
 * An adapter of Tomcat that also ends the lifecycle of each request: after Tomcat has completed its
 * response, error pages included, or has aborted it.
 *
 * <p>It completes asynchronous requests whose connection breaks before the container has finished
 * the call of their handler. Tomcat drops these if Spring MVC requests their dispatch: no listener
 * is notified, and the shutdown waits for them. Thread-safe.
 */
final class CompletionAdapter implements Adapter {
  private final Adapter delegate;

  CompletionAdapter(Adapter delegate) {
    this.delegate = delegate;
  }

  @Override
  public void service(Request request, Response response) throws Exception {
    TomcatRequest view = TomcatRequest.of(request, response);
    request.setAttribute(TomcatRequest.ATTRIBUTE, view);
    try {
      delegate.service(request, response);
      org.apache.catalina.connector.Request open = asynchronous(request);
      if (open != null && isBroken(response)) {
        complete(open, response);
      }
    } finally {
      endUnlessAsynchronous(view, request);
    }
  }

  @Override
  public boolean asyncDispatch(Request request, Response response, SocketEvent event)
      throws Exception {
    try {
      return delegate.asyncDispatch(request, response, event);
    } finally {
      endUnlessAsynchronous(TomcatRequest.of(request, response), request);
    }
  }

  private static void endUnlessAsynchronous(TomcatRequest view, Request request) {
    if (asynchronous(request) == null) {
      view.end();
    }
  }

  private static org.apache.catalina.connector.@Nullable Request asynchronous(Request request) {
    return request.getNote(CoyoteAdapter.ADAPTER_NOTES)
                instanceof org.apache.catalina.connector.Request servletRequest
            && servletRequest.isAsync()
        ? servletRequest
        : null;
  }

  private static boolean isBroken(Response response) {
    AtomicBoolean broken = new AtomicBoolean();
    response.action(ActionCode.IS_ERROR, broken);
    return broken.get();
  }

  /** Completes a request, as Tomcat does when a connection breaks later. */
  private static void complete(org.apache.catalina.connector.Request request, Response response) {
    Throwable failure = (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    request.getAsyncContextInternal().setErrorState(failure, true); // unless already set
    if (request.isAsyncDispatching() || request.isAsyncCompleting()) {
      response.action(ActionCode.ASYNC_POST_PROCESS, null);
    }
  }

  /**
   * Ends a request that failed too late to be completed: Tomcat reuses its objects for the next
   * one.
   */
  @Override
  public void checkRecycled(Request request, Response response) {
    TomcatRequest.of(request, response).end();
    delegate.checkRecycled(request, response);
  }

  @Override
  public boolean prepare(Request request, Response response) throws Exception {
    return delegate.prepare(request, response);
  }

  @Override
  public void log(Request request, Response response, long time) {
    delegate.log(request, response, time);
  }

  @Override
  public String getDomain() {
    return delegate.getDomain();
  }
}
