/** The limit of live requests, and the queue and rejection of the requests beyond it. */
@NullMarked
package dev.greenlet.spring.web.admission;

import org.jspecify.annotations.NullMarked;
