package dev.greenlet.spring.jdbc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The property by which a driver takes a socket factory, and the factory for it. */
enum SocketOption {
  POSTGRESQL("jdbc:postgresql:"),
  MARIADB("jdbc:mariadb:"),
  /** Connector/J, which wants a factory of its own type. */
  MYSQL("jdbc:mysql:");

  static final String PROPERTY = "socketFactory";

  private final String prefix;

  SocketOption(String prefix) {
    this.prefix = prefix;
  }

  /** The one of the driver that takes an URL, or {@code null} if none is known. */
  static @Nullable SocketOption of(String url) {
    for (SocketOption option : values()) {
      if (url.startsWith(option.prefix)) {
        return option == MYSQL && has(url, "permitMysqlScheme") ? MARIADB : option;
      }
    }
    return null;
  }

  /** Whether an URL names a property. */
  static boolean has(String url, String property) {
    return url.toLowerCase(Locale.ROOT).contains(property.toLowerCase(Locale.ROOT));
  }
}
