/**
 * Waits of greenlets and threads for the publishers of Reactive Streams. {@link
 * dev.greenlet.reactive.Publishers} is the entry.
 */
@NullMarked
package dev.greenlet.reactive;

import org.jspecify.annotations.NullMarked;
