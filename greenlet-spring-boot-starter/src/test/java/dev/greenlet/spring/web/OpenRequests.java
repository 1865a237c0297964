package dev.greenlet.spring.web;

import org.jspecify.annotations.Nullable;
import org.springframework.mock.web.MockHttpServletRequest;

/** Requests that have been opened, for tests of what a lifecycle is used by. */
public final class OpenRequests {
  private OpenRequests() {}

  /** Opens the lifecycle of a request that a container knows in some way, or not at all. */
  public static RequestLifecycle open(@Nullable ContainerRequest known) {
    return RequestLifecycle.open(new MockHttpServletRequest(), (_, _) -> known);
  }
}
