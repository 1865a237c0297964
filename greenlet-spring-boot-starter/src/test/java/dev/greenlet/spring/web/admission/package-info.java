/** Tests of admission. */
@NullMarked
package dev.greenlet.spring.web.admission;

import org.jspecify.annotations.NullMarked;
