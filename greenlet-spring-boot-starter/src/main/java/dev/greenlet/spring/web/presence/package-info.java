/** Notices that the client of a waiting request has gone. */
@NullMarked
package dev.greenlet.spring.web.presence;

import org.jspecify.annotations.NullMarked;
