/** The clock of a run loop, and the order of its ready greenlets. */
@NullMarked
package dev.greenlet.schedule;

import org.jspecify.annotations.NullMarked;
