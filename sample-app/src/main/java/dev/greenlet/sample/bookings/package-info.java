/** Bookings of seats without a lock: each flight on one hub, one booking at a time. */
@NullMarked
package dev.greenlet.sample.bookings;

import org.jspecify.annotations.NullMarked;
