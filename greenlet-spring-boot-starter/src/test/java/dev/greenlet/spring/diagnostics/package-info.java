/** Reports of starts that fail or warn. */
@NullMarked
package dev.greenlet.spring.diagnostics;

import org.jspecify.annotations.NullMarked;
