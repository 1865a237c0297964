/**
 * Auto-configuration of requests that run as greenlets in an embedded servlet container, and their
 * properties.
 */
@NullMarked
package dev.greenlet.spring.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
