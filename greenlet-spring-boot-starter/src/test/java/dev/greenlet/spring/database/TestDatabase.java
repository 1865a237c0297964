package dev.greenlet.spring.database;

/**
 * A real database, reached through a driver.
 *
 * @param name database, version and driver, for reports
 * @param dialect how it is talked to
 * @param port where it listens on the loopback interface
 * @param plainUrl its URL without encryption
 * @param tlsUrl its URL with encryption and a certificate that is verified, if it has one
 * @param user who connects
 * @param password with this
 */
public record TestDatabase(
    String name,
    Dialect dialect,
    int port,
    String plainUrl,
    String tlsUrl,
    String user,
    String password) {

  public String url(boolean tls) {
    return tls ? tlsUrl : plainUrl;
  }

  /** The URL of the same database behind a proxy, without encryption. */
  public String urlThrough(int proxyPort) {
    return plainUrl.replace(":" + port + "/", ":" + proxyPort + "/");
  }

  @Override
  public String toString() {
    return name;
  }
}
