/**
 * JDBC data sources whose blocking calls are switch points, and the queues in front of their pools.
 */
@NullMarked
package dev.greenlet.spring.jdbc;

import org.jspecify.annotations.NullMarked;
