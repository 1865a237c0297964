/** Greenlets and Reactor. */
@NullMarked
package dev.greenlet.spring.reactor;

import org.jspecify.annotations.NullMarked;
