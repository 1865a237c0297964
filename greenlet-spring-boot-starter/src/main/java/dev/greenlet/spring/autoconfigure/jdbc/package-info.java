/** Configures the JDBC switch points of an application. */
@NullMarked
package dev.greenlet.spring.autoconfigure.jdbc;

import org.jspecify.annotations.NullMarked;
