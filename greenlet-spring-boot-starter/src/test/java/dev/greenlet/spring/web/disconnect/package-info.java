/** Tests of what detects that clients disconnect. */
@NullMarked
package dev.greenlet.spring.web.disconnect;

import org.jspecify.annotations.NullMarked;
