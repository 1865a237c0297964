/**
 * Carries the request of Spring's request context over to the greenlets that the request spawns.
 */
@NullMarked
package dev.greenlet.spring.web.context;

import org.jspecify.annotations.NullMarked;
