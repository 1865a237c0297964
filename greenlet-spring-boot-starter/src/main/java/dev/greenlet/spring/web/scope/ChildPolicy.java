package dev.greenlet.spring.web.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;

/**
 * The policy for the greenlets that a request has spawned when the request ends. Usable by any
 * thread.
 */
public enum ChildPolicy {
  /** The request waits for them; if it fails, times out or is killed, they are killed. */
  JOIN,
  /** They are killed. */
  KILL,
  /** They continue, however the request ends. */
  DETACH {
    @Override
    void cancel(GreenletTask<?> request, String reason) {
      request.kill(reason); // which also ends tasks that its handler has returned
    }
  };

  /**
   * Cancels a request, and its children unless the policy is DETACH. Any thread; does not block.
   */
  void cancel(GreenletTask<?> request, String reason) {
    Greenlets.killTree(request, reason);
  }
}
