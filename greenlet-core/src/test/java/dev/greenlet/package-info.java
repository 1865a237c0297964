/** What the core promises, on every engine. */
@NullMarked
package dev.greenlet;

import org.jspecify.annotations.NullMarked;
