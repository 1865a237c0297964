/** Auto-configuration of the exchanges of HTTP clients as switch points. */
@NullMarked
package dev.greenlet.spring.autoconfigure.http;

import org.jspecify.annotations.NullMarked;
