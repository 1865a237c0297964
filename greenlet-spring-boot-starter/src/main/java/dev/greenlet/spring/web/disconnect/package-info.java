/** Detects that the clients of waiting requests disconnect. */
@NullMarked
package dev.greenlet.spring.web.disconnect;

import org.jspecify.annotations.NullMarked;
