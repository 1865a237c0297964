/** Finds annotations that stand where they have no effect. */
@NullMarked
package dev.greenlet.spring.placement;

import org.jspecify.annotations.NullMarked;
