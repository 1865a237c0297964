/** Tests of the meters. */
@NullMarked
package dev.greenlet.spring.metrics;

import org.jspecify.annotations.NullMarked;
