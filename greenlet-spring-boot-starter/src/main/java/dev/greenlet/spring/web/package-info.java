/** Requests as greenlets: how they are spawned, what they are called, and when they end. */
@NullMarked
package dev.greenlet.spring.web;

import org.jspecify.annotations.NullMarked;
