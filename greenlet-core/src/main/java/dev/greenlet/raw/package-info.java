/**
 * The bottom layer: greenlets that switch to each other by hand, without a scheduler, as Python's
 * package of that name has them.
 *
 * <p>Start at {@link dev.greenlet.raw.RawGreenlet}.
 */
@NullMarked
package dev.greenlet.raw;

import org.jspecify.annotations.NullMarked;
