package dev.greenlet.raw;

import org.jspecify.annotations.Nullable;

/** What a raw greenlet runs. */
@FunctionalInterface
public interface RawBody {

  /**
   * Runs, once, on the raw greenlet's own thread.
   *
   * @param value what the first switch brought
   * @return what the parent gets
   * @throws Exception what the parent gets instead; {@link dev.greenlet.GreenletExit} is swallowed
   *     and becomes the value
   */
  @Nullable Object run(@Nullable Object value) throws Exception;
}
