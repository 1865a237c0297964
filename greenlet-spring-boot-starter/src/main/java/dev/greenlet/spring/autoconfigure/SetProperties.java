package dev.greenlet.spring.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The properties that an application sets. Any thread; does not block.
 *
 * @param environment the environment of the application
 */
record SetProperties(ConfigurableEnvironment environment) {
  private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("greenlet");

  boolean has(String property) {
    ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
    return sources().anyMatch(source -> source.getConfigurationProperty(name) != null);
  }

  /** Returns whether a list or a map has elements. */
  boolean hasElements(String property) {
    ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
    return has(property)
        || sources()
            .anyMatch(
                source -> source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT);
  }

  /** Returns a value, or the empty string. */
  String value(String property) {
    return Objects.requireNonNullElse(environment.getProperty(property), "");
  }

  boolean isFalse(String property) {
    return value(property).equalsIgnoreCase("false");
  }

  List<String> list(String property) {
    return Binder.get(environment)
        .bind(property, Bindable.listOf(String.class))
        .orElseGet(List::of);
  }

  /**
   * Returns the names below 'greenlet', in no order. Environment variables are left out, because
   * their names are ambiguous.
   */
  Stream<ConfigurationPropertyName> names() {
    return sources()
        .filter(
            source -> !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource))
        .filter(IterableConfigurationPropertySource.class::isInstance)
        .flatMap(source -> ((IterableConfigurationPropertySource) source).stream())
        .filter(ROOT::isAncestorOf)
        .distinct();
  }

  private Stream<ConfigurationPropertySource> sources() {
    return StreamSupport.stream(ConfigurationPropertySources.get(environment).spliterator(), false);
  }
}
