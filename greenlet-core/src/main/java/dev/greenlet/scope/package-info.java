/**
 * Greenlets that belong together: a scope, which none of its greenlets outlives, and a pool, which
 * lets in so many at a time.
 */
@NullMarked
package dev.greenlet.scope;

import org.jspecify.annotations.NullMarked;
