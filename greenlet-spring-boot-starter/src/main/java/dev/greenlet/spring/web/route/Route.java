package dev.greenlet.spring.web.route;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The route of one handler method, as {@code @Greenlet} specifies it. Immutable.
 *
 * @param group the name of the hub or the controller; routes of a group share keys and turns
 * @param placement the selection of the hub
 * @param exclusive whether the requests of a group and key exclude each other
 * @param name the template of the names of its requests, or {@code null} for method and path
 * @param timeLimit the time limit of its requests, or {@code null} for the default
 */
record Route(
    String group,
    Placement placement,
    boolean exclusive,
    @Nullable NameTemplate name,
    @Nullable Duration timeLimit) {

  /** The selection of the hub of a request. */
  sealed interface Placement {
    /** Always the same hub: the one with this number, modulo the number of hubs. */
    record OnHub(int ordinal) implements Placement {}

    /** The hub of a key. */
    record ByKey(KeyExpression key) implements Placement {}

    /** The hub with the fewest greenlets. */
    record LeastBusy() implements Placement {}
  }
}
