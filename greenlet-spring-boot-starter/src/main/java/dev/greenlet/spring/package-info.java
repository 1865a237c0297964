/** The annotation that an application uses, and no part of its implementation. */
@NullMarked
package dev.greenlet.spring;

import org.jspecify.annotations.NullMarked;
