/** Requests as greenlets, through real containers. */
@NullMarked
package dev.greenlet.spring.web;

import org.jspecify.annotations.NullMarked;
