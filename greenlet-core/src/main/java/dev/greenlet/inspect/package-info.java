/**
 * What lives, as immutable snapshots, and as text. Reads the runtime; nothing in the runtime reads
 * it.
 */
@NullMarked
package dev.greenlet.inspect;

import org.jspecify.annotations.NullMarked;
