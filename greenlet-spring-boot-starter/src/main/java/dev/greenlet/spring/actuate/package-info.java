/** The actuator endpoint {@code greenlets}. */
@NullMarked
package dev.greenlet.spring.actuate;

import org.jspecify.annotations.NullMarked;
