/** Tests of the context of greenlets that requests spawn. */
@NullMarked
package dev.greenlet.spring.web.context;

import org.jspecify.annotations.NullMarked;
