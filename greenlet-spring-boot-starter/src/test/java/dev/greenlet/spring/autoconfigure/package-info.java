/** Conditions of the auto-configurations. */
@NullMarked
package dev.greenlet.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
