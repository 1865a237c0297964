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
 * Tomcat's adapter, which also ends the lifecycle of each request: after Tomcat has finished its
 * response, error pages included, or has given it up.
 *
 * <p>It completes asynchronous requests whose connection breaks before the container is done with
 * their handler. Tomcat drops those as they are if Spring MVC wants them dispatched: no listener is
 * notified, and the stop waits for them.
 */
final class CompletionAdapter implements Adapter {
  private final Adapter tomcats;

  CompletionAdapter(Adapter tomcats) {
    this.tomcats = tomcats;
  }

  @Override
  public void service(Request request, Response response) throws Exception {
    TomcatRequest view = TomcatRequest.of(request, response);
    request.setAttribute(TomcatRequest.ATTRIBUTE, view);
    try {
      tomcats.service(request, response);
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
      return tomcats.asyncDispatch(request, response, event);
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

  /** As Tomcat does itself when a connection breaks later. */
  private static void complete(org.apache.catalina.connector.Request request, Response response) {
    Throwable failure = (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    request.getAsyncContextInternal().setErrorState(failure, true); // if that was not done yet
    if (request.isAsyncDispatching() || request.isAsyncCompleting()) {
      response.action(ActionCode.ASYNC_POST_PROCESS, null);
    }
  }

  /** Ends what broke too late to be completed: Tomcat uses its objects for the next request. */
  @Override
  public void checkRecycled(Request request, Response response) {
    TomcatRequest.of(request, response).end();
    tomcats.checkRecycled(request, response);
  }

  @Override
  public boolean prepare(Request request, Response response) throws Exception {
    return tomcats.prepare(request, response);
  }

  @Override
  public void log(Request request, Response response, long time) {
    tomcats.log(request, response, time);
  }

  @Override
  public String getDomain() {
    return tomcats.getDomain();
  }
}
