/**
 * Greenlets, the lanes they run on, and the places where they give those lanes up.
 *
 * <p>Start at {@link dev.greenlet.GreenletRuntime} (makes hubs) and {@link dev.greenlet.Greenlets}
 * (what code inside a greenlet calls).
 */
@NullMarked
package dev.greenlet;

import org.jspecify.annotations.NullMarked;
