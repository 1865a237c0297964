/** The data structures of a run loop: what is ready, and what is due when. No threads, no tasks. */
@NullMarked
package dev.greenlet.loop;

import org.jspecify.annotations.NullMarked;
