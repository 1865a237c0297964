/** What the watchdog sees and tells. */
@NullMarked
package dev.greenlet.watchdog;

import org.jspecify.annotations.NullMarked;
