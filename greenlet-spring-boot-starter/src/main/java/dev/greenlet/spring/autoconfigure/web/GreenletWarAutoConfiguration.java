package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWarDeployment;

/** Auto-configuration of nothing: says that a WAR's requests run on the container's threads. */
@AutoConfiguration(after = GreenletAutoConfiguration.class)
@ConditionalOnWarDeployment
@ConditionalOnBean(GreenletRuntime.class)
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
