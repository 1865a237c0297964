package dev.greenlet.spring.web.admission;

import dev.greenlet.spring.web.admission.LiveLimit.Ending;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;

/** Keeps the place of an asynchronous request until it completes. */
final class PermitHolder implements AsyncListener {
  private final Permit permit;

  private PermitHolder(Permit permit) {
    this.permit = permit;
  }

  /** Gives a permit back when its request has ended, at once unless it goes on asynchronously. */
  static void endWith(ServletRequest request, Permit permit, Ending ending) {
    if (!request.isAsyncStarted() || !listen(request, permit)) {
      permit.end(ending);
    }
  }

  private static boolean listen(ServletRequest request, Permit permit) {
    try {
      request.getAsyncContext().addListener(new PermitHolder(permit));
      return true;
    } catch (IllegalStateException completed) {
      return false; // in between: nobody would tell us
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    permit.end(Ending.UNTOLD); // it was open as long as somebody wanted
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // completes afterwards
  }

  @Override
  public void onError(AsyncEvent event) {
    // completes afterwards
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this); // each start forgets the listeners before
  }
}
