/**
 * The requests of a servlet container as greenlets: their tasks, names, lifecycle and problem
 * responses.
 */
@NullMarked
package dev.greenlet.spring.web;

import org.jspecify.annotations.NullMarked;
