/** Auto-configuration of the runtime, and its properties. */
@NullMarked
package dev.greenlet.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
