/** Detection of annotations that have no effect where they are placed. */
@NullMarked
package dev.greenlet.spring.placement;

import org.jspecify.annotations.NullMarked;
