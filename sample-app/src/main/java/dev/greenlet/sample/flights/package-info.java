/** The timetable, as the database has it. */
@NullMarked
package dev.greenlet.sample.flights;

import org.jspecify.annotations.NullMarked;
