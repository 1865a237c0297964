/** Tests of routing to hubs. */
@NullMarked
package dev.greenlet.spring.web.route;

import org.jspecify.annotations.NullMarked;
