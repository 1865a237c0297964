/** Child processes: their start, their end and what the operating system counts of them. */
@NullMarked
package dev.greenlet.bench.process;

import org.jspecify.annotations.NullMarked;
