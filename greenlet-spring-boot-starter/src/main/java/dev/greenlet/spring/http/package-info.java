/** HTTP clients of Spring whose requests are switch points, and whose exchanges a kill aborts. */
@NullMarked
package dev.greenlet.spring.http;

import org.jspecify.annotations.NullMarked;
