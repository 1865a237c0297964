/** Tests of the actuator endpoint. */
@NullMarked
package dev.greenlet.spring.actuate;

import org.jspecify.annotations.NullMarked;
