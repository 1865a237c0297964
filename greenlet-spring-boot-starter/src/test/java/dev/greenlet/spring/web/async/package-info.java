/** Tests of asynchronous requests, through real containers. */
@NullMarked
package dev.greenlet.spring.web.async;

import org.jspecify.annotations.NullMarked;
