/** Auto-configuration of how many requests live at once. */
@NullMarked
package dev.greenlet.spring.autoconfigure.admission;

import org.jspecify.annotations.NullMarked;
