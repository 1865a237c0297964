/** Auto-configuration of the watchdog. */
@NullMarked
package dev.greenlet.spring.autoconfigure.watchdog;

import org.jspecify.annotations.NullMarked;
