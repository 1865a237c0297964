/** Requests as greenlets, through a real Tomcat. */
@NullMarked
package dev.greenlet.spring.web;

import org.jspecify.annotations.NullMarked;
