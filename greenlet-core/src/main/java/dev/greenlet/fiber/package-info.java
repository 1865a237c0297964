/** How greenlets are made: fibers that run in slices and give up their carrier between them. */
@NullMarked
package dev.greenlet.fiber;

import org.jspecify.annotations.NullMarked;
