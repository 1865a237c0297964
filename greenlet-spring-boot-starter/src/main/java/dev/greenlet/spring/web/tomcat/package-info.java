/** Tomcat's worker pool replaced by greenlets, and what Tomcat does not tell of requests. */
@NullMarked
package dev.greenlet.spring.web.tomcat;

import org.jspecify.annotations.NullMarked;
