/** Which engine makes greenlets: what an application chooses, and what the choice led to. */
@NullMarked
package dev.greenlet.engine;

import org.jspecify.annotations.NullMarked;
