/** Mutual exclusion of the requests of one key, from the handler to the end of the request. */
@NullMarked
package dev.greenlet.spring.web.turn;

import org.jspecify.annotations.NullMarked;
