/** The events of the watchdog in an application. */
@NullMarked
package dev.greenlet.spring.watchdog;

import org.jspecify.annotations.NullMarked;
