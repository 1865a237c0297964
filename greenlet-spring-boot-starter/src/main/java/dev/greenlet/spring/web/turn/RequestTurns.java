package dev.greenlet.spring.web.turn;

import dev.greenlet.spring.web.turn.KeyedTurns.Turn;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
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
      request.getAsyncContext().addListener(new AtCompletion());
    } else {
      end();
    }
  }

  private void end() {
    turns.reversed().forEach(Turn::close);
  }

  /** Told once in the end, after errors and timeouts too. */
  private final class AtCompletion implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      AsyncContext again = event.getAsyncContext();
      again.addListener(this); // a new cycle forgets the listeners of the one before
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}
  }
}
