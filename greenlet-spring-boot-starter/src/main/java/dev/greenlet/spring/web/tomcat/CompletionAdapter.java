package dev.greenlet.spring.web.tomcat;

import dev.greenlet.spring.web.CompletionListener;
import jakarta.servlet.RequestDispatcher;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * Tomcat's adapter, which also completes asynchronous requests whose connection breaks before the
 * container is done with their handler. Tomcat drops those as they are if Spring MVC wants them
 * dispatched: nobody is told, and the stop waits for them.
 */
final class CompletionAdapter implements Adapter {
  private final Adapter tomcats;

  CompletionAdapter(Adapter tomcats) {
    this.tomcats = tomcats;
  }

  @Override
  public void service(Request request, Response response) throws Exception {
    tomcats.service(request, response);
    if (request.getNote(CoyoteAdapter.ADAPTER_NOTES)
            instanceof org.apache.catalina.connector.Request dropped
        && dropped.isAsync()
        && isBroken(response)) {
      complete(dropped, response);
    }
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

  /** What breaks after that is at least told to our own, if it has not completed. */
  @Override
  public void checkRecycled(Request request, Response response) {
    if (request.getNote(CoyoteAdapter.ADAPTER_NOTES)
        instanceof org.apache.catalina.connector.Request recycled) {
      CompletionListener.tellAll(recycled);
    }
    tomcats.checkRecycled(request, response);
  }

  @Override
  public boolean prepare(Request request, Response response) throws Exception {
    return tomcats.prepare(request, response);
  }

  @Override
  public boolean asyncDispatch(Request request, Response response, SocketEvent event)
      throws Exception {
    return tomcats.asyncDispatch(request, response, event);
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
