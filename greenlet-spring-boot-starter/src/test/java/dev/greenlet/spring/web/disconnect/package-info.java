/** Tests of the detection of client disconnects. */
@NullMarked
package dev.greenlet.spring.web.disconnect;

import org.jspecify.annotations.NullMarked;
