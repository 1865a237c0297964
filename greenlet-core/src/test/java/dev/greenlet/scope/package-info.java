/** Tests of the contracts of scopes and pools, on every engine. */
@NullMarked
package dev.greenlet.scope;

import org.jspecify.annotations.NullMarked;
