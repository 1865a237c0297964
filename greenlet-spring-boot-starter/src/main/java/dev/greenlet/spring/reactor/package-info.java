/** Greenlets for code that speaks Reactor: a task as a Mono, a hub as a Scheduler. */
@NullMarked
package dev.greenlet.spring.reactor;

import org.jspecify.annotations.NullMarked;
