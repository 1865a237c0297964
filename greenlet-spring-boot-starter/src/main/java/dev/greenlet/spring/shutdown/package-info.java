/** The orderly stop: what was accepted is answered, then the rest is killed and told. */
@NullMarked
package dev.greenlet.spring.shutdown;

import org.jspecify.annotations.NullMarked;
