package dev.greenlet.spring.actuate;

import dev.greenlet.inspect.ForestText;
import dev.greenlet.inspect.GreenletDetail;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.spring.actuate.GreenletsDescriptor.GreenletDetailDescriptor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/** Shows which greenlets live, who spawned whom, on which hub, and what each one waits for. */
@Endpoint(id = "greenlets", defaultAccess = Access.READ_ONLY)
public final class GreenletsEndpoint {
  private final Inspector inspector;

  /**
   * Creates the endpoint.
   *
   * @param inspector what it asks
   */
  public GreenletsEndpoint(Inspector inspector) {
    this.inspector = inspector;
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
}
