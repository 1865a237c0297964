package dev.greenlet.spring.web.route;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What {@code @Greenlet} comes to for one handler method.
 *
 * @param group whose keys and turns are the same: the hub name, or the controller
 * @param placement which hub it is
 * @param exclusive whether the requests of a group and key take turns
 * @param name what its requests are called, or {@code null} for method and path
 * @param timeLimit how long its requests may take, or {@code null} if it does not say
 */
record Route(
    String group,
    Placement placement,
    boolean exclusive,
    @Nullable NameTemplate name,
    @Nullable Duration timeLimit) {

  /** Which hub a request goes to. */
  sealed interface Placement {
    /** Always the same: the one with this number, counted round the hubs there are. */
    record OnHub(int ordinal) implements Placement {}

    /** The one that its key leads to. */
    record ByKey(KeyExpression key) implements Placement {}

    /** Whichever has least to do. */
    record Anywhere() implements Placement {}
  }
}
