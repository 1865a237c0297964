/**
 * Groups of greenlets: a scope, which none of its greenlets outlives, and a pool, which limits how
 * many run at a time.
 *
 * <p>{@linkplain dev.greenlet.sync Any thread} may use both, within the limits that they state.
 * Arguments and results are not {@code null} unless marked {@code @Nullable}.
 */
@NullMarked
package dev.greenlet.scope;

import org.jspecify.annotations.NullMarked;
