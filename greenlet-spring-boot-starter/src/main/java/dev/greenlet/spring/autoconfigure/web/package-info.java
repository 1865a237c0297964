/** Auto-configuration of requests as greenlets. */
@NullMarked
package dev.greenlet.spring.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
