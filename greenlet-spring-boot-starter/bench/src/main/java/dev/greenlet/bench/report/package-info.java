/** The results of a run, and their rendering as JSON and Markdown. */
@NullMarked
package dev.greenlet.bench.report;

import org.jspecify.annotations.NullMarked;
