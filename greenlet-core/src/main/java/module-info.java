/** Greenlets for the JVM: cooperative tasks on hubs, without Spring. */
// Four interfaces, in a module without a descriptor.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.greenlet.core {
  requires java.management;
  requires jdk.management;
  requires static transitive org.jspecify;
  requires org.jctools.core;
  requires transitive org.reactivestreams;

  exports dev.greenlet;
  exports dev.greenlet.engine;
  exports dev.greenlet.inspect;
  exports dev.greenlet.net;
  exports dev.greenlet.raw;
  exports dev.greenlet.reactive;
  exports dev.greenlet.schedule;
  exports dev.greenlet.scope;
  exports dev.greenlet.sync;
  exports dev.greenlet.watchdog;
}
