/** Failure analyzers: reports of a failed start with the property, its value and the remedy. */
@NullMarked
package dev.greenlet.spring.diagnostics;

import org.jspecify.annotations.NullMarked;
