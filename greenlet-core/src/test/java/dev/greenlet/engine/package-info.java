/** The facts of the JDK that the engines respect. */
@NullMarked
package dev.greenlet.engine;

import org.jspecify.annotations.NullMarked;
