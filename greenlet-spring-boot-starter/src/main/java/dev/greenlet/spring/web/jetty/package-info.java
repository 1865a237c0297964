/** Jetty on greenlets: the thread pool of its tasks, and its view of requests. */
@NullMarked
package dev.greenlet.spring.web.jetty;

import org.jspecify.annotations.NullMarked;
