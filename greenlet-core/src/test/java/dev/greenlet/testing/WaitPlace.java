package dev.greenlet.testing;

import dev.greenlet.Synchronizer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A primitive at which everything has to wait until it is served.
 *
 * @param queue what shows who waits
 * @param waiting a wait
 * @param serving serves the first that waits, if one does; the others as well, if it cannot do less
 */
public record WaitPlace(Synchronizer queue, Wait waiting, Serving serving) {

  /** Waits, without an end if there is no timeout. Returns whether it was served. */
  @FunctionalInterface
  public interface Wait {
    boolean await(@Nullable Duration timeout) throws Exception;
  }

  /** Serves, from the thread that has made the place. */
  @FunctionalInterface
  public interface Serving {
    void serve() throws Exception;
  }
}
