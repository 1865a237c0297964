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
 * Shows which greenlets live, who spawned whom, on which hub, and what each one waits for; and
 * kills them where that is allowed.
 */
@Endpoint(id = "greenlets", defaultAccess = Access.READ_ONLY)
public final class GreenletsEndpoint {
  private final Inspector inspector;
  private final GreenletRuntime runtime;

  /**
   * Creates the endpoint.
   *
   * @param inspector what it asks
   * @param runtime where the greenlets live
   */
  public GreenletsEndpoint(Inspector inspector, GreenletRuntime runtime) {
    this.inspector = inspector;
    this.runtime = runtime;
  }

  /**
   * All that lives.
   *
   * @return hubs and greenlets
   */
  @ReadOperation
  public GreenletsDescriptor greenlets() {
    return GreenletsDescriptor.of(inspector.forest());
  }

  /**
   * All that lives, for a terminal.
   *
   * @return an indented tree
   */
  @ReadOperation(produces = "text/plain;charset=UTF-8")
  public String greenletsText() {
    return ForestText.render(inspector.forest());
  }

  /**
   * One greenlet, with its stack.
   *
   * @param id its id
   * @return the greenlet, or {@code null} (404) when none of that id lives
   */
  @ReadOperation
  public @Nullable GreenletDetailDescriptor greenlet(@Selector long id) {
    GreenletDetail detail = inspector.find(id);
    return detail == null ? null : GreenletDetailDescriptor.of(detail);
  }

  /**
   * Kills one greenlet and all that it has spawned. Needs the access {@code unrestricted}, which is
   * not the default.
   *
   * @param id its id
   * @return 204, or 404 when none of that id lives
   */
  @DeleteOperation
  public WebEndpointResponse<Void> kill(@Selector long id) {
    GreenletTask<?> greenlet = runtime.find(id);
    return greenlet != null && Greenlets.killTree(greenlet, "by the actuator")
        ? new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT)
        : new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
  }
}
