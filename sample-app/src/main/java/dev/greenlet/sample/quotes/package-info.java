/** Quotes of suppliers, requested concurrently and within a deadline. */
@NullMarked
package dev.greenlet.sample.quotes;

import org.jspecify.annotations.NullMarked;
