/** The engine of greenlets: the choice of an application, and the report of its outcome. */
@NullMarked
package dev.greenlet.engine;

import org.jspecify.annotations.NullMarked;
