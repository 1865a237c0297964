package dev.greenlet.raw;

import org.jspecify.annotations.Nullable;

/** The body of a raw greenlet. */
@FunctionalInterface
public interface RawBody {

  /**
   * Runs once, on the raw greenlet's own thread.
   *
   * @param value the value of the first switch
   * @return the value that the parent receives
   * @throws Exception the failure that the parent receives instead; {@link
   *     dev.greenlet.GreenletExit} is swallowed and becomes the value
   */
  @Nullable Object run(@Nullable Object value) throws Exception;
}
