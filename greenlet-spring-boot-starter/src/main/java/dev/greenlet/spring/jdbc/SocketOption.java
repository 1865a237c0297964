package dev.greenlet.spring.jdbc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The drivers that take a socket factory by a property. */
enum SocketOption {
  POSTGRESQL("jdbc:postgresql:"),
  MARIADB("jdbc:mariadb:"),
  /** Connector/J, whose factories have a type of its own. */
  MYSQL("jdbc:mysql:");

  static final String PROPERTY = "socketFactory";

  private final String prefix;

  SocketOption(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the constant of the driver that accepts a URL, or {@code null} if it is not known. */
  static @Nullable SocketOption of(String url) {
    for (SocketOption option : values()) {
      if (url.startsWith(option.prefix)) {
        return option == MYSQL && has(url, "permitMysqlScheme") ? MARIADB : option;
      }
    }
    return null;
  }

  /** Returns whether a URL contains a property. */
  static boolean has(String url, String property) {
    return url.toLowerCase(Locale.ROOT).contains(property.toLowerCase(Locale.ROOT));
  }
}
