/** What the watchdog sees, as events of the application. */
@NullMarked
package dev.greenlet.spring.watchdog;

import org.jspecify.annotations.NullMarked;
