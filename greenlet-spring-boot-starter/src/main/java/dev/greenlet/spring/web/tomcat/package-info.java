/** Tomcat on greenlets: the executor of its tasks, and its view of requests. */
@NullMarked
package dev.greenlet.spring.web.tomcat;

import org.jspecify.annotations.NullMarked;
