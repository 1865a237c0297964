/**
 * Routing of requests and messages to hubs: reading annotations, evaluating keys, moving greenlets.
 */
@NullMarked
package dev.greenlet.spring.web.route;

import org.jspecify.annotations.NullMarked;
