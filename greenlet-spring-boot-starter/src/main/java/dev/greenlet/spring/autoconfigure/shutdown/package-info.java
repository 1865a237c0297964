/** Auto-configuration of the orderly stop. */
@NullMarked
package dev.greenlet.spring.autoconfigure.shutdown;

import org.jspecify.annotations.NullMarked;
