/** Measures what each kind of wait does to the hub, and holds docs/waits.md to it. */
@NullMarked
package dev.greenlet.spring.waits;

import org.jspecify.annotations.NullMarked;
