/** What a run loop gets from outside: its clock, and the order of its ready greenlets. */
@NullMarked
package dev.greenlet.schedule;

import org.jspecify.annotations.NullMarked;
