@NullMarked
package dev.greenlet.spring.web.coroutine;

import org.jspecify.annotations.NullMarked;
