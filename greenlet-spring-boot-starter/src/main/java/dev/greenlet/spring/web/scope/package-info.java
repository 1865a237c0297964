/** What a request has to itself: its time, its end, its children. */
@NullMarked
package dev.greenlet.spring.web.scope;

import org.jspecify.annotations.NullMarked;
