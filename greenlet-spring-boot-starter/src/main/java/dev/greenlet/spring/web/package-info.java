/** Requests as greenlets: how they are spawned and what they are called. */
@NullMarked
package dev.greenlet.spring.web;

import org.jspecify.annotations.NullMarked;
