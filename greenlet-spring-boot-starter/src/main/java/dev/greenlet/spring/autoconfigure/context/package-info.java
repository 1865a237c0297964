/** Configures the context of spawned greenlets of an application. */
@NullMarked
package dev.greenlet.spring.autoconfigure.context;

import org.jspecify.annotations.NullMarked;
