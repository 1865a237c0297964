package dev.greenlet.spring.web.presence;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;

/** The client of one request, while that goes on. Thread-safe. */
class Presence implements AutoCloseable {
  private volatile GreenletTask<?> request;
  private volatile boolean gone;
  private volatile boolean closed;

  /**
   * A client that waits for an answer.
   *
   * @param request the greenlet that handles the request; it is killed when the client has gone
   */
  Presence(GreenletTask<?> request) {
    this.request = request;
  }

  /** The client has gone. Any thread; does not block. */
  final void leave() {
    if (!closed) {
      gone = true;
      kill();
    }
  }

  private void kill() {
    Greenlets.killTree(request, "its client has gone");
  }

  /** The request has gone asynchronous, and this greenlet stands for it. */
  void goOnWith(GreenletTask<?> standIn) {
    request = standIn;
    if (gone) {
      kill(); // in between
    }
  }

  /** The greenlet that handles the request, or stands for it. */
  final GreenletTask<?> request() {
    return request;
  }

  /** Whether the request was killed because its client had gone. */
  final boolean isGone() {
    return gone;
  }

  /** The request has been handled. Any thread. */
  @Override
  public void close() {
    closed = true;
  }
}
