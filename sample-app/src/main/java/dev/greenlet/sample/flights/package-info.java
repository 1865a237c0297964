/** The timetable in the database. */
@NullMarked
package dev.greenlet.sample.flights;

import org.jspecify.annotations.NullMarked;
