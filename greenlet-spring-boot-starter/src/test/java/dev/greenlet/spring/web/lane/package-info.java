/** On which lane a request starts. */
@NullMarked
package dev.greenlet.spring.web.lane;

import org.jspecify.annotations.NullMarked;
