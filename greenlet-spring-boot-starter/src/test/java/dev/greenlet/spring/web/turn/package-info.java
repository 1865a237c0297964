/** Requests of one key that run one after the other, whole. */
@NullMarked
package dev.greenlet.spring.web.turn;

import org.jspecify.annotations.NullMarked;
