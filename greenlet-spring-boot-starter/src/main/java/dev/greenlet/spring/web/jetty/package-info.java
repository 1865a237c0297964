/** Jetty's worker threads replaced by greenlets, and what Jetty tells of requests. */
@NullMarked
package dev.greenlet.spring.web.jetty;

import org.jspecify.annotations.NullMarked;
