/** What the watchdog tells an application. */
@NullMarked
package dev.greenlet.spring.watchdog;

import org.jspecify.annotations.NullMarked;
