/** Auto-configuration of how long requests may take, and of what they spawn. */
@NullMarked
package dev.greenlet.spring.autoconfigure.scope;

import org.jspecify.annotations.NullMarked;
