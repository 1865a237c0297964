/** Detection of disconnects of the clients of waiting requests. */
@NullMarked
package dev.greenlet.spring.web.disconnect;

import org.jspecify.annotations.NullMarked;
