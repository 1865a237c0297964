/** Spring's request context in the greenlets that a request spawns. */
@NullMarked
package dev.greenlet.spring.web.context;

import org.jspecify.annotations.NullMarked;
