/** Auto-configuration of what notices that clients have gone. */
@NullMarked
package dev.greenlet.spring.autoconfigure.presence;

import org.jspecify.annotations.NullMarked;
