/** The orderly stop, of this JVM's applications and of another JVM. */
@NullMarked
package dev.greenlet.spring.shutdown;

import org.jspecify.annotations.NullMarked;
