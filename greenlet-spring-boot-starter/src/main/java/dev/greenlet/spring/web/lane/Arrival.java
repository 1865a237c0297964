package dev.greenlet.spring.web.lane;

import dev.greenlet.Greenlets;
import dev.greenlet.Lane;

/**
 * One task of the container, and how far the request it handles has come: it begins, it lands on
 * the lane of its handler, it ends. A task handles one request after the other. Made by anybody;
 * from then on it belongs to the greenlet that runs the task.
 */
public final class Arrival {
  static final int NOWHERE = -1;

  private final LaneGuesses guesses;
  private final int place;
  private long begunNanos;
  private boolean landed = true; // nothing has begun

  Arrival(LaneGuesses guesses, int place) {
    this.guesses = guesses;
    this.place = place;
  }

  /**
   * Where its connection's next request is likely to land. Any thread.
   *
   * @return a hub, or the shared lane
   */
  public Lane guess() {
    return guesses.guess(place);
  }

  /**
   * A request begins. Goes to the shared lane if that is the guess and an earlier request has left
   * the greenlet on a hub; a switch point then.
   *
   * @throws dev.greenlet.GreenletExit if the greenlet is killed
   */
  public void begin() {
    landed = false;
    begunNanos = guesses.now();
    if (guess() == guesses.home()) {
      Greenlets.moveTo(guesses.home());
    }
  }

  /**
   * The request goes to the lane of its handler, if it has not landed before: then where it is, is
   * no longer its own affair. A switch point.
   *
   * @param lane the lane
   * @return whether it has landed now
   * @throws dev.greenlet.GreenletExit if the greenlet is killed
   */
  public boolean land(Lane lane) {
    if (landed) {
      return false;
    }
    landed = true;
    guesses.learn(place, Greenlets.current().lane(), lane, guesses.now() - begunNanos);
    Greenlets.moveTo(lane);
    return true;
  }

  /** The request has ended. One that came to no handler says nothing about the next one. */
  public void end() {
    if (!landed) {
      guesses.remember(place, guesses.home());
    }
  }
}
