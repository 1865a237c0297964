package dev.greenlet.spring.autoconfigure.jdbc;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of JDBC calls. Immutable.
 *
 * @param gate Whether callers are queued fairly (FIFO) in front of each connection pool.
 * @param gateWidth Maximum number of callers that hold connections of a pool at the same time, by
 *     the name of its DataSource bean. The size of the pool by default.
 * @param cancelPatience Time that a JDBC call may continue after a kill or a deadline has cancelled
 *     it. Then its connection is aborted and removed from the pool.
 */
@ConfigurationProperties("greenlet.jdbc")
record GreenletJdbcProperties(
    @DefaultValue("true") boolean gate,
    @DefaultValue Map<String, Integer> gateWidth,
    @DefaultValue("1s") Duration cancelPatience) {}
