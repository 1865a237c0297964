package dev.greenlet.spring.web.context;

import dev.greenlet.spring.web.RequestLifecycle;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The attributes of a request for the greenlets that it spawns. They have no response: only the
 * handler may use it. As thread-safe as the request.
 */
final class SpawnedRequestAttributes extends ServletRequestAttributes {
  private static final String ATTRIBUTE = SpawnedRequestAttributes.class.getName();
  private static final HttpServletRequest ENDED =
      (HttpServletRequest)
          Proxy.newProxyInstance(
              SpawnedRequestAttributes.class.getClassLoader(),
              new Class<?>[] {HttpServletRequest.class},
              (_, _, _) -> {
                throw ended();
              });

  private final HttpServletRequest request; // of the handler
  private final HttpServletRequestWrapper shown;

  private SpawnedRequestAttributes(HttpServletRequest request, HttpServletRequestWrapper shown) {
    super(shown);
    this.request = request;
    this.shown = shown;
  }

  /** Returns the attributes of a request, or {@code null} if it has no lifecycle. */
  static @Nullable SpawnedRequestAttributes of(HttpServletRequest request) {
    RequestLifecycle lifecycle = RequestLifecycle.of(request);
    if (lifecycle == null) {
      return null;
    }
    if (request.getAttribute(ATTRIBUTE) instanceof SpawnedRequestAttributes known
        && known.request == request) {
      return known;
    }
    SpawnedRequestAttributes attributes =
        new SpawnedRequestAttributes(request, new HttpServletRequestWrapper(request));
    request.setAttribute(ATTRIBUTE, attributes);
    lifecycle.onEnd(attributes::end);
    return attributes;
  }

  private void end() {
    shown.setRequest(ENDED);
    requestCompleted();
  }

  /** Rejects the access after the end, as Spring does, with the remedy in the message. */
  @Override
  public @Nullable Object getAttribute(String name, int scope) {
    requireActive();
    return super.getAttribute(name, scope);
  }

  @Override
  public void setAttribute(String name, Object value, int scope) {
    requireActive();
    super.setAttribute(name, value, scope);
  }

  private void requireActive() {
    if (!isRequestActive()) {
      throw ended();
    }
  }

  /** Does nothing: the session is saved with the response. */
  @Override
  protected void updateAccessedSessionAttributes() {}

  private static IllegalStateException ended() {
    return new IllegalStateException(
        "The request has ended: a greenlet that outlives it must not use it. Read the values that"
            + " the greenlet needs before you spawn it.");
  }
}
