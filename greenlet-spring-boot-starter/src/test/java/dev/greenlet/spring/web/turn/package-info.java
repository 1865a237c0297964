/** Tests of exclusive requests. */
@NullMarked
package dev.greenlet.spring.web.turn;

import org.jspecify.annotations.NullMarked;
