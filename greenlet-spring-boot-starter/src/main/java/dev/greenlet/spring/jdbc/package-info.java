/** Makes the calls of JDBC that block switch points, so that others run while a greenlet waits. */
@NullMarked
package dev.greenlet.spring.jdbc;

import org.jspecify.annotations.NullMarked;
