/** Suspending functions of Kotlin as handlers: their coroutines keep the hub of the request. */
@NullMarked
package dev.greenlet.spring.web.coroutine;

import org.jspecify.annotations.NullMarked;
