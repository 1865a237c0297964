package dev.greenlet.spring.web.route;

import java.util.List;

/**
 * The configuration of routes besides annotations. Immutable.
 *
 * @param everyController whether controllers without the annotation are treated as annotated
 * @param hubNames the names of hubs that annotations may use, in the order of the hubs; empty if
 *     all names are allowed
 */
public record RouteRules(boolean everyController, List<String> hubNames) {

  /**
   * Creates rules.
   *
   * @param everyController whether controllers without the annotation are treated as annotated
   * @param hubNames the names of hubs that annotations may use, in the order of the hubs; empty if
   *     all names are allowed
   */
  public RouteRules {
    hubNames = List.copyOf(hubNames);
  }
}
