/** On which hub a handler runs. */
@NullMarked
package dev.greenlet.spring.web.route;

import org.jspecify.annotations.NullMarked;
