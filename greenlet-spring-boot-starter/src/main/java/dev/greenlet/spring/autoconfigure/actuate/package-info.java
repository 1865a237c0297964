/** Auto-configuration of the actuator endpoint. */
@NullMarked
package dev.greenlet.spring.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
