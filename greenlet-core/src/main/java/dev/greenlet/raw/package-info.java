/**
 * The bottom layer: greenlets with explicit switching, without a scheduler, as Python's package of
 * that name provides them.
 *
 * <p>Start at {@link dev.greenlet.raw.RawGreenlet}, which defines the greenlets and threads that
 * may call. Arguments and results are not {@code null} unless marked {@code @Nullable}.
 */
@NullMarked
package dev.greenlet.raw;

import org.jspecify.annotations.NullMarked;
