/** Suspending functions of Kotlin as handlers, whose coroutines run on the hub of the request. */
@NullMarked
package dev.greenlet.spring.web.coroutine;

import org.jspecify.annotations.NullMarked;
