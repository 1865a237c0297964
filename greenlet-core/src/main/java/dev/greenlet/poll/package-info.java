/** Which channels are ready: a selector as run loops use it. */
@NullMarked
package dev.greenlet.poll;

import org.jspecify.annotations.NullMarked;
