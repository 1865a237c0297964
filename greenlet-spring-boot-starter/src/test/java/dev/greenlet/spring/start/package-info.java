/** Starts of applications of every kind. */
@NullMarked
package dev.greenlet.spring.start;

import org.jspecify.annotations.NullMarked;
