/** The others: an HTTP server that answers slowly, as they do. */
@NullMarked
package dev.greenlet.sample.suppliers;

import org.jspecify.annotations.NullMarked;
