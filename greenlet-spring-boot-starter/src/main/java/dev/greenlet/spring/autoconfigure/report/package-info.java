/** Reports properties that have no effect. */
@NullMarked
package dev.greenlet.spring.autoconfigure.report;

import org.jspecify.annotations.NullMarked;
