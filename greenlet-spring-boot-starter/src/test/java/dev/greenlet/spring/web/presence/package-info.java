/** Tests of what notices that clients have gone. */
@NullMarked
package dev.greenlet.spring.web.presence;

import org.jspecify.annotations.NullMarked;
