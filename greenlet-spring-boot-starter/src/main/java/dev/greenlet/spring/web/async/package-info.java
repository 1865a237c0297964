/** Asynchronous requests of Spring MVC, whose tasks are greenlets. */
@NullMarked
package dev.greenlet.spring.web.async;

import org.jspecify.annotations.NullMarked;
