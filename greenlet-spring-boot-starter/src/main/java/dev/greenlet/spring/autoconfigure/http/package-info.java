/** Configures the HTTP client switch points of an application. */
@NullMarked
package dev.greenlet.spring.autoconfigure.http;

import org.jspecify.annotations.NullMarked;
