/** A report that computes for long, and so does not belong on a hub. */
@NullMarked
package dev.greenlet.sample.reports;

import org.jspecify.annotations.NullMarked;
