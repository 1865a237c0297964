/** Tests of the contracts of synchronizers, on every engine. */
@NullMarked
package dev.greenlet.sync;

import org.jspecify.annotations.NullMarked;
