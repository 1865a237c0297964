/** What raw greenlets do, on plain threads and within task greenlets on every engine. */
@NullMarked
package dev.greenlet.raw;

import org.jspecify.annotations.NullMarked;
