/** Jetty's worker threads replaced by greenlets. */
@NullMarked
package dev.greenlet.spring.web.jetty;

import org.jspecify.annotations.NullMarked;
