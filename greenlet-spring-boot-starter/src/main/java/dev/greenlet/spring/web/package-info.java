/** Requests as greenlets: how they are spawned, and on which lane a handler runs. */
@NullMarked
package dev.greenlet.spring.web;

import org.jspecify.annotations.NullMarked;
