package dev.greenlet.spring.web.admission;

import dev.greenlet.spring.web.CompletionListener;
import dev.greenlet.spring.web.admission.LiveLimit.Ending;
import jakarta.servlet.ServletRequest;

/** Keeps the place of an asynchronous request until it completes. */
final class PermitHolder extends CompletionListener {
  private final Permit permit;

  private PermitHolder(Permit permit) {
    this.permit = permit;
  }

  /** Gives a permit back when its request has ended, at once unless it goes on asynchronously. */
  static void endWith(ServletRequest request, Permit permit, Ending ending) {
    if (!request.isAsyncStarted() || !new PermitHolder(permit).listenTo(request)) {
      permit.end(ending);
    }
  }

  @Override
  protected void completed() {
    permit.end(Ending.UNTOLD); // it was open as long as somebody wanted
  }
}
