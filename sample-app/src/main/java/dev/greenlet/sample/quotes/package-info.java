/** What others ask for a flight: many of them asked at once, none waited for too long. */
@NullMarked
package dev.greenlet.sample.quotes;

import org.jspecify.annotations.NullMarked;
