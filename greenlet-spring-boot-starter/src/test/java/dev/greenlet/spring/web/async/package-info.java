/** The rest of servlet life as greenlets, through real containers. */
@NullMarked
package dev.greenlet.spring.web.async;

import org.jspecify.annotations.NullMarked;
