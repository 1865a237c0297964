/** What is configured when, and what is not. */
@NullMarked
package dev.greenlet.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
