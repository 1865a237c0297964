/** The reports of the watchdog as application events. */
@NullMarked
package dev.greenlet.spring.watchdog;

import org.jspecify.annotations.NullMarked;
