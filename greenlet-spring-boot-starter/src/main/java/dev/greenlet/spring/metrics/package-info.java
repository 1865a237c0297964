/** Greenlets in numbers, for Micrometer. */
@NullMarked
package dev.greenlet.spring.metrics;

import org.jspecify.annotations.NullMarked;
