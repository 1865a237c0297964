/** The scope of a request: its time limit, its cancellation and its children. */
@NullMarked
package dev.greenlet.spring.web.scope;

import org.jspecify.annotations.NullMarked;
