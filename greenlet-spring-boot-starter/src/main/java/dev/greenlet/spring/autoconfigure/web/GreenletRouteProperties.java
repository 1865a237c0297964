package dev.greenlet.spring.autoconfigure.web;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties of where requests run. */
@ConfigurationProperties("greenlet.web")
public class GreenletRouteProperties {

  /** Which controllers run on hubs: those with the annotation, or all of the application. */
  private Scope scope = Scope.ANNOTATED;

  /**
   * Names of hubs that annotations may use, in the order of the hubs. Any name will do if there are
   * none.
   */
  private List<String> hubNames = new ArrayList<>();

  /**
   * Whether a request starts on the lane where the last one of its connection ended up. Of effect
   * on the native engine.
   */
  private boolean guessLane = true;

  private final Exclusive exclusive = new Exclusive();

  /** Creates the properties with their defaults. */
  public GreenletRouteProperties() {}

  /** Which controllers run on hubs. */
  public enum Scope {
    /** Those with the annotation. */
    ANNOTATED,
    /** All of the application. */
    ALL
  }

  /**
   * Which controllers run on hubs.
   *
   * @return which controllers run on hubs
   */
  public Scope getScope() {
    return scope;
  }

  /**
   * Sets which controllers run on hubs.
   *
   * @param scope which controllers run on hubs
   */
  public void setScope(Scope scope) {
    this.scope = scope;
  }

  /**
   * The names of hubs that annotations may use.
   *
   * @return the names; empty if any will do
   */
  public List<String> getHubNames() {
    return hubNames;
  }

  /**
   * Sets the names of hubs that annotations may use.
   *
   * @param hubNames the names; empty if any will do
   */
  public void setHubNames(List<String> hubNames) {
    this.hubNames = hubNames;
  }

  /**
   * Whether the lane on which a request starts is guessed.
   *
   * @return whether it is guessed
   */
  public boolean isGuessLane() {
    return guessLane;
  }

  /**
   * Sets whether the lane on which a request starts is guessed.
   *
   * @param guessLane whether it is guessed
   */
  public void setGuessLane(boolean guessLane) {
    this.guessLane = guessLane;
  }

  /**
   * Properties of exclusive requests.
   *
   * @return the properties
   */
  public Exclusive getExclusive() {
    return exclusive;
  }

  /** Properties of exclusive requests. */
  public static class Exclusive {

    /** How many requests may wait for the turn of one key. The next is answered with 503. */
    private int maxWaiting = 1_000;

    /** Creates the properties with their defaults. */
    public Exclusive() {}

    /**
     * How many requests may wait for the turn of one key.
     *
     * @return the number
     */
    public int getMaxWaiting() {
      return maxWaiting;
    }

    /**
     * Sets how many requests may wait for the turn of one key.
     *
     * @param maxWaiting not negative
     */
    public void setMaxWaiting(int maxWaiting) {
      this.maxWaiting = maxWaiting;
    }
  }
}
