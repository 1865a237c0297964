/** Greenlets for code that speaks of Spring's task executors. */
@NullMarked
package dev.greenlet.spring.task;

import org.jspecify.annotations.NullMarked;
