/** The executor of Spring MVC's asynchronous requests, whose tasks are greenlets. */
@NullMarked
package dev.greenlet.spring.web.async;

import org.jspecify.annotations.NullMarked;
