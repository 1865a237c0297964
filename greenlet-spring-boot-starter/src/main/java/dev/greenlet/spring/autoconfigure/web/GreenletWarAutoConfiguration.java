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
 * Auto-configuration of nothing: says that a WAR's requests run on the container's threads. A mock
 * of a servlet context is no container.
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
        "Requests do not run as greenlets: the threads of a container that the application is"
            + " deployed to are its own. To have them, start the application with its embedded"
            + " container");
  }
}
