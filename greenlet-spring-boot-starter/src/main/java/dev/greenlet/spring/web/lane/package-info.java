/** The lane on which a request starts, before its handler is known. */
@NullMarked
package dev.greenlet.spring.web.lane;

import org.jspecify.annotations.NullMarked;
