/** On which lane a request starts, before anybody knows where it belongs. */
@NullMarked
package dev.greenlet.spring.web.lane;

import org.jspecify.annotations.NullMarked;
