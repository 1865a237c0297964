/** What the inspector sees. */
@NullMarked
package dev.greenlet.inspect;

import org.jspecify.annotations.NullMarked;
