/** Seats are sold here, without a lock, for each flight on a hub and one request at a time. */
@NullMarked
package dev.greenlet.sample.bookings;

import org.jspecify.annotations.NullMarked;
