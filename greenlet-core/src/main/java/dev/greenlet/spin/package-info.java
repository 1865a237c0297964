/** Mutual exclusion for a handful of instructions, without parking. */
@NullMarked
package dev.greenlet.spin;

import org.jspecify.annotations.NullMarked;
