package dev.greenlet.spring.web.route;

import java.util.List;

/**
 * What an application says about routes besides its annotations.
 *
 * @param everyController whether controllers without the annotation are treated as if it stood on
 *     them
 * @param hubNames the names of hubs that annotations may use, in the order of the hubs; empty if
 *     any will do
 */
public record RouteRules(boolean everyController, List<String> hubNames) {

  /**
   * Creates rules.
   *
   * @param everyController whether controllers without the annotation are treated as if it stood on
   *     them
   * @param hubNames the names of hubs that annotations may use; empty if any will do
   */
  public RouteRules {
    hubNames = List.copyOf(hubNames);
  }
}
