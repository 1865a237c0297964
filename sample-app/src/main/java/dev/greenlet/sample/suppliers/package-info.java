/** The suppliers: an HTTP server that responds with delays. */
@NullMarked
package dev.greenlet.sample.suppliers;

import org.jspecify.annotations.NullMarked;
