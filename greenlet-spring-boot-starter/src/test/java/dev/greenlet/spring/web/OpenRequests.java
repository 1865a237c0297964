package dev.greenlet.spring.web;

import org.jspecify.annotations.Nullable;
import org.springframework.mock.web.MockHttpServletRequest;

/** Requests whose lifecycle is open, for tests of the users of lifecycles. */
public final class OpenRequests {
  private OpenRequests() {}

  /** Opens the lifecycle of a request of a container. */
  public static RequestLifecycle open(@Nullable ContainerRequest known) {
    return RequestLifecycle.open(new MockHttpServletRequest(), (_, _) -> known);
  }
}
