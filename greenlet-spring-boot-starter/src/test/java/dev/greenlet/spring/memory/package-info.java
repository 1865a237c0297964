/** Applications whose heap is full. */
@NullMarked
package dev.greenlet.spring.memory;

import org.jspecify.annotations.NullMarked;
