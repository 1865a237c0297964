/** What scopes and pools promise, on every engine. */
@NullMarked
package dev.greenlet.scope;

import org.jspecify.annotations.NullMarked;
