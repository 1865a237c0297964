package dev.greenlet.spring.autoconfigure.web;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.env.Environment;

/** Logs the properties of Boot that have no effect on a container that runs greenlets. */
final class IneffectiveSettings {
  private static final Log logger = LogFactory.getLog(GreenletWebAutoConfiguration.class);

  private IneffectiveSettings() {}

  /** Logs at most one line for each property. */
  static void log(Environment environment, String container) {
    if (environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false)) {
      logger.info(
          "Requests run as greenlets, though 'spring.threads.virtual.enabled' is set: it applies to"
              + " task executors only. For requests on virtual threads, set"
              + " greenlet.web.enabled=false");
    }
    String property = "server." + container + ".threads.max";
    String max = environment.getProperty(property);
    if (max != null) {
      logger.warn(
          "'%s' is %s, but has no effect: requests run as greenlets. To limit them set greenlet.web.max-live"
              .formatted(property, max));
    }
  }
}
