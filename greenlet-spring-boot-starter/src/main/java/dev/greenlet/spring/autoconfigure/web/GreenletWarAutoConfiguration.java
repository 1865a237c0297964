package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import jakarta.servlet.Filter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWarDeployment;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration without beans, which logs that the requests of a WAR run on the threads of its
 * container. A mock of a servlet context is not a container.
 */
@AutoConfiguration(after = GreenletAutoConfiguration.class)
@ConditionalOnClass({Filter.class, DispatcherServlet.class})
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnWarDeployment
@ConditionalOnBean(GreenletRuntime.class)
@ConditionalOnMissingBean(type = "org.springframework.mock.web.MockServletContext")
@ConditionalOnBooleanProperty(name = "greenlet.web.enabled", matchIfMissing = true)
public final class GreenletWarAutoConfiguration {
  private static final Log logger = LogFactory.getLog(GreenletWarAutoConfiguration.class);

  GreenletWarAutoConfiguration() {
    logger.info(
        "Requests do not run as greenlets: the container that the application is deployed to has"
            + " its own threads. To run requests as greenlets, start the application with its"
            + " embedded container");
  }
}
