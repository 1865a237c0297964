/**
 * The orderly stop: accepted requests and tasks end, then the remaining greenlets are killed and
 * logged.
 */
@NullMarked
package dev.greenlet.spring.shutdown;

import org.jspecify.annotations.NullMarked;
