/** Carries what the application keeps in thread locals over to spawned greenlets. */
@NullMarked
package dev.greenlet.spring.context;

import org.jspecify.annotations.NullMarked;
