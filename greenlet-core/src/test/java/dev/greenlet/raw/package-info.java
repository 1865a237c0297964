/** Tests of raw greenlets, on plain threads and within task greenlets on every engine. */
@NullMarked
package dev.greenlet.raw;

import org.jspecify.annotations.NullMarked;
