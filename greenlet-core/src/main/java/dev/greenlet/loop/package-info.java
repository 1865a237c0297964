/**
 * Run loops and pools of carriers, and the data structures of a loop: ready fibers, timers, watched
 * channels. Knows fibers, but neither greenlets nor lanes. Not exported.
 */
@NullMarked
package dev.greenlet.loop;

import org.jspecify.annotations.NullMarked;
