/** What greenlets have of the request that spawned them. */
@NullMarked
package dev.greenlet.spring.web.context;

import org.jspecify.annotations.NullMarked;
