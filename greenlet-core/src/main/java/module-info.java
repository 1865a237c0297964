/** Greenlets for the JVM: cooperative tasks on hubs, without Spring. */
module dev.greenlet.core {
  requires static transitive org.jspecify;
  requires org.jctools.core;

  exports dev.greenlet;
  exports dev.greenlet.inspect;
  exports dev.greenlet.raw;
  exports dev.greenlet.scope;
  exports dev.greenlet.sync;
  exports dev.greenlet.watchdog;
}
