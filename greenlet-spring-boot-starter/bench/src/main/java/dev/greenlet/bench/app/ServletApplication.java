package dev.greenlet.bench.app;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Spring MVC on Tomcat, JDBC with HikariCP, RestClient: each as Boot configures it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = R2dbcAutoConfiguration.class)
@Import(BlockingHandlers.Dependencies.class)
class ServletApplication {}
