/**
 * Tells when a hub is blocked, by whom and why, from a thread of its own. Reads the runtime;
 * nothing in the runtime reads it.
 */
@NullMarked
package dev.greenlet.watchdog;

import org.jspecify.annotations.NullMarked;
