package dev.greenlet.spring.web;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Told when an asynchronous request has completed, after errors and timeouts too, however often it
 * was dispatched and went on asynchronously again.
 */
public abstract class CompletionListener implements AsyncListener {
  private static final String ATTRIBUTE = CompletionListener.class.getName();

  /** For subclasses. */
  protected CompletionListener() {}

  /**
   * Listens to a request that has gone asynchronous.
   *
   * @param request the request
   * @return whether it will be told; if not, the request has completed in between
   */
  public final boolean listenTo(ServletRequest request) {
    try {
      request.getAsyncContext().addListener(this);
    } catch (IllegalStateException completed) {
      return false;
    }
    List<CompletionListener> known = of(request);
    if (known.isEmpty()) {
      known = new CopyOnWriteArrayList<>();
      request.setAttribute(ATTRIBUTE, known);
    }
    known.add(this);
    return true;
  }

  @SuppressWarnings("unchecked")
  private static List<CompletionListener> of(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof List<?> known
        ? (List<CompletionListener>) known
        : List.of();
  }

  /**
   * Tells all who listen to a request, for containers that do not always: Jetty when it aborts a
   * request, Tomcat when a connection breaks before the handler has returned. Where they do, all
   * are told twice.
   *
   * @param request the request
   */
  public static void tellAll(ServletRequest request) {
    of(request).forEach(CompletionListener::completed);
  }

  /** The request has completed. Any thread; told more than once at times. */
  protected abstract void completed();

  @Override
  public final void onComplete(AsyncEvent event) {
    completed();
  }

  @Override
  public final void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this); // each start forgets the listeners before
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // completes afterwards
  }

  @Override
  public void onError(AsyncEvent event) {
    // completes afterwards
  }
}
