/** Waits of greenlets for publishers. */
@NullMarked
package dev.greenlet.reactive;

import org.jspecify.annotations.NullMarked;
