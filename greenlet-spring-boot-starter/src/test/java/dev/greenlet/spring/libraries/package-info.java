/** Libraries that are cut in the middle of their work, and work on afterwards. */
@NullMarked
package dev.greenlet.spring.libraries;

import org.jspecify.annotations.NullMarked;
