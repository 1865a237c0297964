/** Tests of the properties of admission. */
@NullMarked
package dev.greenlet.spring.autoconfigure.admission;

import org.jspecify.annotations.NullMarked;
