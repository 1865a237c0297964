/**
 * Detects blocked hubs and the greenlets and causes that block them, from a thread of its own.
 * Reads the runtime; the runtime does not depend on it. Arguments and results are not {@code null}
 * unless marked {@code @Nullable}.
 */
@NullMarked
package dev.greenlet.watchdog;

import org.jspecify.annotations.NullMarked;
