package dev.greenlet.spring.web.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;

/** What becomes of the greenlets that a request has spawned when it ends. */
public enum ChildPolicy {
  /** The request waits for them; one that fails, times out or is killed kills them. */
  JOIN,
  /** They are killed. */
  KILL,
  /** They go on, however the request ends. */
  DETACH {
    @Override
    void cancel(GreenletTask<?> request, String reason) {
      request.kill(reason); // which ends the tasks of its own
    }
  };

  /** Cancels a request, and its children with it unless these go on. Any thread; never waits. */
  void cancel(GreenletTask<?> request, String reason) {
    Greenlets.killTree(request, reason);
  }
}
