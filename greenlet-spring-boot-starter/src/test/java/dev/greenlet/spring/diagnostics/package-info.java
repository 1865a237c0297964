/** What a start that fails tells its operator. */
@NullMarked
package dev.greenlet.spring.diagnostics;

import org.jspecify.annotations.NullMarked;
