/** Tomcat's worker pool replaced by greenlets. */
@NullMarked
package dev.greenlet.spring.web.tomcat;

import org.jspecify.annotations.NullMarked;
