/** Work for the processor, which does not belong on a hub. */
@NullMarked
package dev.greenlet.sample.reports;

import org.jspecify.annotations.NullMarked;
