package dev.greenlet.spring.jdbc;

/** A field of a pool that is read from its proxy as well. Thread-safe. */
@FunctionalInterface
interface PoolField {
  /** The pool has no such field. */
  PoolField NONE = proxy -> {};

  /** Copies the present value of the field to the proxy, if the proxy has the field. */
  void copyTo(Object proxy);
}
