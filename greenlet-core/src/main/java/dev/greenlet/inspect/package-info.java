/**
 * Immutable snapshots of a runtime, and their rendering as text. Reads the runtime; the runtime
 * does not depend on it. Any thread may call every method. Arguments and results are not {@code
 * null} unless marked {@code @Nullable}.
 */
@NullMarked
package dev.greenlet.inspect;

import org.jspecify.annotations.NullMarked;
