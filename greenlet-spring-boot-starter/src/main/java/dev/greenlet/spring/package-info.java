/** What an application touches: the annotation, and nothing that knows how it works. */
@NullMarked
package dev.greenlet.spring;

import org.jspecify.annotations.NullMarked;
