/** A network that fails when the test says so. */
@NullMarked
package dev.greenlet.testing.net;

import org.jspecify.annotations.NullMarked;
