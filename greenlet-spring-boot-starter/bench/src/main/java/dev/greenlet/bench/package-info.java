/** The bench: rounds that take turns between modes, and the command that runs them. */
@NullMarked
package dev.greenlet.bench;

import org.jspecify.annotations.NullMarked;
