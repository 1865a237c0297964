/** The structures and tasks of a run loop. */
@NullMarked
package dev.greenlet.loop;

import org.jspecify.annotations.NullMarked;
