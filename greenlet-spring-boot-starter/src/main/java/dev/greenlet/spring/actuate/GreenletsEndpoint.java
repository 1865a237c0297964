package dev.greenlet.spring.actuate;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.inspect.ForestText;
import dev.greenlet.inspect.GreenletDetail;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.spring.actuate.GreenletsDescriptor.GreenletDetailDescriptor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * The actuator endpoint {@code greenlets}: shows the live greenlets as a tree, with their lanes and
 * what they wait for, and kills greenlets where access permits it.
 *
 * <p>Thread-safe. Any thread may call it, a thread that is not a greenlet too; no method waits for
 * a greenlet. A snapshot is not atomic: greenlets continue while it is taken.
 */
@Endpoint(id = "greenlets", defaultAccess = Access.READ_ONLY)
public final class GreenletsEndpoint {
  private final Inspector inspector;
  private final GreenletRuntime runtime;

  /**
   * Creates the endpoint.
   *
   * @param inspector takes the snapshots
   * @param runtime the runtime of the greenlets
   */
  public GreenletsEndpoint(Inspector inspector, GreenletRuntime runtime) {
    this.inspector = inspector;
    this.runtime = runtime;
  }

  /**
   * Returns the live greenlets, and their lanes.
   *
   * @return hubs, lanes and greenlets
   */
  @ReadOperation
  public GreenletsDescriptor greenlets() {
    return GreenletsDescriptor.of(inspector.forest());
  }

  /**
   * Returns the live greenlets as text for a terminal.
   *
   * @return an indented tree
   */
  @ReadOperation(produces = "text/plain;charset=UTF-8")
  public String greenletsText() {
    return ForestText.render(inspector.forest());
  }

  /**
   * Returns one greenlet, with its stack.
   *
   * @param id the id of the greenlet
   * @return the greenlet, or {@code null} (404) if no live greenlet has that id
   */
  @ReadOperation
  public @Nullable GreenletDetailDescriptor greenlet(@Selector long id) {
    GreenletDetail detail = inspector.find(id);
    return detail == null ? null : GreenletDetailDescriptor.of(detail);
  }

  /**
   * Kills one greenlet and all that it has spawned, without waiting for their ends. Requires the
   * access {@code unrestricted}, which is not the default.
   *
   * @param id the id of the greenlet
   * @return 204, or 404 if no live greenlet has that id
   */
  @DeleteOperation
  public WebEndpointResponse<Void> kill(@Selector long id) {
    GreenletTask<?> greenlet = runtime.find(id);
    return greenlet != null && Greenlets.killTree(greenlet, "by the actuator")
        ? new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT)
        : new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
  }
}
