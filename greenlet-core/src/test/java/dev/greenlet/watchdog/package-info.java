/** Tests of the watchdog. */
@NullMarked
package dev.greenlet.watchdog;

import org.jspecify.annotations.NullMarked;
