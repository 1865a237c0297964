/** Auto-configuration of JDBC calls as switch points, and their properties. */
@NullMarked
package dev.greenlet.spring.autoconfigure.jdbc;

import org.jspecify.annotations.NullMarked;
