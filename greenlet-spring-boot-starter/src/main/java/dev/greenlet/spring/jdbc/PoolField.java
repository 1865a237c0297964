package dev.greenlet.spring.jdbc;

/** A field of a pool that is read where its proxy is taken for the pool itself. Thread-safe. */
@FunctionalInterface
interface PoolField {
  /** The pool has no such field. */
  PoolField NONE = proxy -> {};

  /** Gives the field of the proxy, if it has it, the value that the pool has by now. */
  void copyTo(Object proxy);
}
