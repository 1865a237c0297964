/** Makes the requests of imperative HTTP clients switch points. */
@NullMarked
package dev.greenlet.spring.http;

import org.jspecify.annotations.NullMarked;
