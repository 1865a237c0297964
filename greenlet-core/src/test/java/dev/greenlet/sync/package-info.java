/** What the primitives promise, on every engine. */
@NullMarked
package dev.greenlet.sync;

import org.jspecify.annotations.NullMarked;
