/** The facts of the JDK that the engines respect. */
@NullMarked
package dev.greenlet.fiber;

import org.jspecify.annotations.NullMarked;
