package dev.greenlet.spring.web.context;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestAttributesThreadLocalAccessor;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Carries the request attributes of Spring's {@link RequestContextHolder} over to spawned
 * greenlets: they have access to the request, its attributes and its session until the request
 * ends, and get an {@link IllegalStateException} after that. It replaces Spring's own accessor,
 * whose key it has. Called on the thread whose context it is.
 */
public final class RequestAttributesAccessor implements ThreadLocalAccessor<RequestAttributes> {

  /** Creates an accessor. */
  public RequestAttributesAccessor() {}

  @Override
  public Object key() {
    return RequestAttributesThreadLocalAccessor.KEY;
  }

  /** Returns the attributes for a child, or {@code null} if the request has no lifecycle. */
  @Override
  public @Nullable RequestAttributes getValue() {
    return switch (RequestContextHolder.getRequestAttributes()) {
      case SpawnedRequestAttributes inherited -> inherited;
      case ServletRequestAttributes own -> SpawnedRequestAttributes.of(own.getRequest());
      case null, default -> null;
    };
  }

  @Override
  public void setValue(RequestAttributes value) {
    RequestContextHolder.setRequestAttributes(value);
  }

  @Override
  public void setValue() {
    RequestContextHolder.resetRequestAttributes();
  }
}
