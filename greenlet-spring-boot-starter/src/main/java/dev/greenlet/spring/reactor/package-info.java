/** Greenlets in Reactor: a task as a {@code Mono}, and a lane as a {@code Scheduler}. */
@NullMarked
package dev.greenlet.spring.reactor;

import org.jspecify.annotations.NullMarked;
