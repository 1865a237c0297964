/** Flights with seats: an application whose requests run as greenlets. */
@NullMarked
package dev.greenlet.sample;

import org.jspecify.annotations.NullMarked;
