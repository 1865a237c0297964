/** On which hub a handler runs: the annotation read, the key evaluated, the greenlet moved. */
@NullMarked
package dev.greenlet.spring.web.route;

import org.jspecify.annotations.NullMarked;
