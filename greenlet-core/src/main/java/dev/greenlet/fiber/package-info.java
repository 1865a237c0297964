/**
 * The engines of greenlets: fibers that run in slices and give up their carrier between them. Not
 * exported.
 */
@NullMarked
package dev.greenlet.fiber;

import org.jspecify.annotations.NullMarked;
