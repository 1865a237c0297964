/** Requests over many connections, and the latencies of their responses. */
@NullMarked
package dev.greenlet.bench.load;

import org.jspecify.annotations.NullMarked;
