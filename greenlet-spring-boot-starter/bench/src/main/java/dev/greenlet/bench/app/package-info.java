/** The applications that are measured, each in a process of its own. */
@NullMarked
package dev.greenlet.bench.app;

import org.jspecify.annotations.NullMarked;
