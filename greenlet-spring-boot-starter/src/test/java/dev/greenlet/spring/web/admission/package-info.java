/** Tests of who is admitted. */
@NullMarked
package dev.greenlet.spring.web.admission;

import org.jspecify.annotations.NullMarked;
