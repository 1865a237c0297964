package dev.greenlet.spring.web.scope;

/** What becomes of the greenlets that a request has spawned when it ends. */
public enum Children {
  /** The request waits for them; one that fails, times out or is killed kills them. */
  JOIN,
  /** They are killed. */
  KILL,
  /** They go on. */
  DETACH
}
