package dev.greenlet.spring.web.turn;

import dev.greenlet.spring.web.CompletionListener;
import dev.greenlet.spring.web.turn.KeyedTurns.Turn;
import jakarta.servlet.ServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The turns that a request has until it has ended: answered whole, also where the answer is written
 * after the handler has returned, or by another thread later. Belongs to whoever handles the
 * request.
 */
public final class RequestTurns {
  private static final String ATTRIBUTE = RequestTurns.class.getName();

  private final List<Turn> turns = new ArrayList<>(1);

  RequestTurns() {}

  /**
   * The turns of a request.
   *
   * @param request the request
   * @return its turns, or {@code null} if nobody is there to end them
   */
  public static @Nullable RequestTurns of(ServletRequest request) {
    return (RequestTurns) request.getAttribute(ATTRIBUTE);
  }

  void belongTo(ServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /**
   * Keeps a turn until the request has ended.
   *
   * @param turn the turn
   */
  public void keep(Turn turn) {
    turns.add(turn);
  }

  /** Ends the turns with the request: now, or when it is done elsewhere. */
  void endWith(ServletRequest request) {
    if (turns.isEmpty()) {
      return;
    }
    if (request.isAsyncStarted()) {
      turns.forEach(Turn::outliveHolder);
      if (new AtCompletion().listenTo(request)) {
        return;
      }
    }
    end();
  }

  private void end() {
    turns.reversed().forEach(Turn::close);
  }

  private final class AtCompletion extends CompletionListener {
    @Override
    protected void completed() {
      end();
    }
  }
}
