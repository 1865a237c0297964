/** Propagation of thread locals to spawned greenlets, by Micrometer's context propagation. */
@NullMarked
package dev.greenlet.spring.context;

import org.jspecify.annotations.NullMarked;
