/** The sample, seen from outside: over HTTP, on a real database. */
@NullMarked
package dev.greenlet.sample;

import org.jspecify.annotations.NullMarked;
