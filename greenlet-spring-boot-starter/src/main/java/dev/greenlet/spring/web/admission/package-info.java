/** How many requests live at once, and what becomes of those that are too many. */
@NullMarked
package dev.greenlet.spring.web.admission;

import org.jspecify.annotations.NullMarked;
