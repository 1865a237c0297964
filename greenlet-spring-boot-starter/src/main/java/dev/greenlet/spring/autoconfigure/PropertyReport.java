package dev.greenlet.spring.autoconfigure;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.http.SwitchingHttpClientPostProcessor;
import dev.greenlet.spring.task.GreenletTaskScheduler;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.admission.Admission;
import dev.greenlet.spring.web.admission.ConcurrencyLimit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.scheduling.TaskScheduler;

/**
 * Logs the properties that the application sets and that have no effect in their combination, one
 * line each, and rejects switches that are neither true nor false. The thread that starts the
 * context calls it once, when all singletons exist.
 */
final class PropertyReport implements SmartInitializingSingleton {
  private static final Log logger = LogFactory.getLog(PropertyReport.class);

  /** Properties that conditions read: any value but true would disable something. */
  private static final List<String> SWITCHES =
      List.of(
          "greenlet.enabled",
          "greenlet.http.enabled",
          "greenlet.http.sockets",
          "greenlet.jdbc.enabled",
          "greenlet.jdbc.sockets",
          "greenlet.scheduling.enabled",
          "greenlet.watchdog.enabled",
          "greenlet.web.cancel-on-disconnect",
          "greenlet.web.enabled");

  private static final List<String> VALUES =
      List.of(
          "greenlet.engine",
          "greenlet.hubs",
          "greenlet.jdbc.cancel-patience",
          "greenlet.jdbc.gate",
          "greenlet.offload.carriers.max",
          "greenlet.offload.carriers.min",
          "greenlet.shared-carriers",
          "greenlet.shared-carriers.max",
          "greenlet.shared-carriers.min",
          "greenlet.shutdown.drain",
          "greenlet.shutdown.grace",
          "greenlet.spawn-sites",
          "greenlet.stuck",
          "greenlet.stuck-grace",
          "greenlet.watchdog.threshold",
          "greenlet.web.children",
          "greenlet.web.disconnect-check",
          "greenlet.web.exclusive.max-waiting",
          "greenlet.web.interrupt-after",
          "greenlet.web.limit",
          "greenlet.web.max-live",
          "greenlet.web.queue-size",
          "greenlet.web.queue-timeout",
          "greenlet.web.scope",
          "greenlet.web.timeout");

  /** Properties that are lists or maps. */
  private static final List<String> COLLECTIONS =
      List.of("greenlet.jdbc.gate-width", "greenlet.web.always-admit", "greenlet.web.hub-names");

  /** Properties that no longer exist, and their replacements. */
  private static final Map<String, String> DROPPED =
      Map.of(
          "greenlet.web.guess-lane",
          "define a bean of type LaneGuesses that does not guess",
          "greenlet.web.min-live",
          "define a bean of type AimdLimit, whose constructor takes the smallest limit",
          "greenlet.web.latency-limit",
          "define a bean of type AimdLimit, whose constructor takes the latency");

  /** Properties that the bean of the runtime is built with. */
  private static final Set<String> OF_RUNTIME =
      Set.of(
          "greenlet.engine",
          "greenlet.hubs",
          "greenlet.offload.carriers.max",
          "greenlet.offload.carriers.min",
          "greenlet.shared-carriers",
          "greenlet.shared-carriers.max",
          "greenlet.shared-carriers.min",
          "greenlet.spawn-sites",
          "greenlet.stuck",
          "greenlet.stuck-grace");

  private static final Set<String> OF_NATIVE_ENGINE =
      Set.of(
          "greenlet.offload.carriers.max",
          "greenlet.offload.carriers.min",
          "greenlet.shared-carriers",
          "greenlet.shared-carriers.min");

  private final SetProperties properties;
  private final ConfigurableListableBeanFactory beans;

  PropertyReport(SetProperties properties, ConfigurableListableBeanFactory beans) {
    this.properties = properties;
    this.beans = beans;
  }

  /** Returns the names of all properties, including those that no longer exist. */
  static Set<String> known() {
    Set<String> known = new TreeSet<>(SWITCHES);
    known.addAll(VALUES);
    known.addAll(COLLECTIONS);
    known.addAll(DROPPED.keySet());
    return known;
  }

  @Override
  public void afterSingletonsInstantiated() {
    SWITCHES.stream().filter(properties::has).forEach(this::requireSwitch);
    if (properties.isFalse("greenlet.enabled")) {
      return; // disabled on purpose
    }
    SWITCHES.stream().filter(properties::has).forEach(this::report);
    VALUES.stream().filter(properties::has).forEach(this::report);
    COLLECTIONS.stream().filter(properties::hasElements).forEach(this::report);
    reportRepeatedHubs();
    reportDropped();
    reportUnknown();
  }

  private void requireSwitch(String property) {
    String value = properties.value(property);
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw new InvalidConfigurationPropertyValueException(
          property,
          value,
          "'%s' must be true or false, was '%s'. Set it to one of them, or remove it for the default."
              .formatted(property, value));
    }
  }

  private void report(String property) {
    String reason = properties.isFalse(property) ? null : whyWithoutEffect(property);
    if (reason != null) {
      report(property, reason);
    }
  }

  private static void report(String property, String reason) {
    logger.warn("'%s' has no effect: %s".formatted(property, reason));
  }

  private @Nullable String whyWithoutEffect(String property) {
    if (OF_RUNTIME.contains(property)
        && ownBean(GreenletRuntime.class, "greenletRuntime") != null) {
      return "the bean '%s' is the runtime, configure that"
          .formatted(ownBean(GreenletRuntime.class, "greenletRuntime"));
    }
    String prefix = property.substring(0, property.indexOf('.', "greenlet.".length()) + 1);
    String reason =
        switch (prefix) {
          case "greenlet.web." -> ofWeb(property);
          case "greenlet.jdbc." -> ofJdbc(property);
          case "greenlet.http." -> ofHttp(property);
          default -> ofOthers(property);
        };
    return reason == null && OF_NATIVE_ENGINE.contains(property) && isPortable()
        ? "it is for the native engine, but the portable engine is in use"
        : reason;
  }

  private @Nullable String ofWeb(String property) {
    if (property.equals("greenlet.web.enabled")) {
      return null; // true is the default
    }
    if (!hasBean(ContainerTasks.class)) {
      return withoutRequests();
    }
    return switch (property) {
      case "greenlet.web.queue-size", "greenlet.web.queue-timeout", "greenlet.web.always-admit" ->
          hasBean(Admission.class)
              ? null
              : "requests are not limited, set 'greenlet.web.max-live' too";
      case "greenlet.web.max-live", "greenlet.web.limit" ->
          ownBean(ConcurrencyLimit.class, "greenletConcurrencyLimit") == null
              ? null
              : "the bean '%s' is the limit, configure that"
                  .formatted(ownBean(ConcurrencyLimit.class, "greenletConcurrencyLimit"));
      case "greenlet.web.disconnect-check" -> becauseIsFalse("greenlet.web.cancel-on-disconnect");
      default -> null;
    };
  }

  private String withoutRequests() {
    String off = becauseIsFalse("greenlet.web.enabled");
    return off == null ? "the application has no embedded servlet container" : off;
  }

  private @Nullable String ofJdbc(String property) {
    String off =
        property.equals("greenlet.jdbc.enabled") ? null : becauseIsFalse("greenlet.jdbc.enabled");
    if (off != null) {
      return off;
    }
    if (property.equals("greenlet.jdbc.gate-width")) {
      return becauseIsFalse(
          "greenlet.jdbc.gate"); // an unknown name of a bean is reported elsewhere
    }
    return property.equals("greenlet.jdbc.enabled") || hasBean(DataSource.class)
        ? null
        : "the application has no DataSource bean";
  }

  private @Nullable String ofHttp(String property) {
    if (!property.equals("greenlet.http.sockets")
        || hasBean(SwitchingHttpClientPostProcessor.class)) {
      return null;
    }
    String off = becauseIsFalse("greenlet.http.enabled");
    return off == null ? "Boot builds no HTTP client, add its RestClient starter" : off;
  }

  private @Nullable String ofOthers(String property) {
    return switch (property) {
      case "greenlet.watchdog.threshold" -> becauseIsFalse("greenlet.watchdog.enabled");
      case "greenlet.scheduling.enabled" -> {
        String own = ownBean(TaskScheduler.class, "taskScheduler");
        yield hasBean(GreenletTaskScheduler.class) || own == null
            ? null
            : "the bean '%s' is the scheduler, remove one of the two".formatted(own);
      }
      default -> null;
    };
  }

  private @Nullable String becauseIsFalse(String property) {
    return properties.isFalse(property) ? "'%s' is false".formatted(property) : null;
  }

  private boolean isPortable() {
    GreenletRuntime runtime = beans.getBeanProvider(GreenletRuntime.class).getIfAvailable();
    return runtime != null && !runtime.engine().everyWaitSwitches();
  }

  private boolean hasBean(Class<?> type) {
    return beans.getBeanNamesForType(type, true, false).length > 0;
  }

  /** Returns the name of a bean of the application that replaces another one. */
  private @Nullable String ownBean(Class<?> type, String replaced) {
    return Arrays.stream(beans.getBeanNamesForType(type, true, false))
        .filter(name -> !name.equals(replaced))
        .findFirst()
        .orElse(null);
  }

  private void reportRepeatedHubs() {
    Set<String> named = new HashSet<>();
    for (String hub : properties.list("greenlet.web.hub-names")) {
      if (!named.add(hub)) {
        logger.warn(
            "'greenlet.web.hub-names' has '%s' twice: the second has no effect, remove it"
                .formatted(hub));
      }
    }
  }

  private void reportDropped() {
    DROPPED.keySet().stream()
        .sorted()
        .filter(properties::has)
        .forEach(
            property ->
                report(property, "the property no longer exists, " + DROPPED.get(property)));
  }

  private void reportUnknown() {
    Set<ConfigurationPropertyName> known = new HashSet<>();
    known().forEach(property -> known.add(ConfigurationPropertyName.of(property)));
    properties
        .names()
        .filter(name -> !known.contains(name) && !isElement(name))
        .map(ConfigurationPropertyName::toString)
        .sorted()
        .forEach(name -> report(name, "there is no such property"));
  }

  private static boolean isElement(ConfigurationPropertyName name) {
    return COLLECTIONS.stream()
        .map(ConfigurationPropertyName::of)
        .anyMatch(collection -> collection.isAncestorOf(name));
  }
}
