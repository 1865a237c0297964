@NullMarked
package dev.greenlet.spring.web.scope;

import org.jspecify.annotations.NullMarked;
