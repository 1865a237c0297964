/** What tests of greenlets need. */
@NullMarked
package dev.greenlet.testing;

import org.jspecify.annotations.NullMarked;
