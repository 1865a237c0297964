package dev.greenlet.spring.jdbc;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import dev.greenlet.net.HubSocketFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/**
 * Creates hub sockets for Connector/J, whose property {@code socketFactory} is the name of this
 * class. Everything else, TLS included, is as with the driver's own factory. Confined to the thread
 * that connects.
 */
public final class MySqlHubSocketFactory extends StandardSocketFactory {

  /** Creates a factory; the driver creates one for each connection. */
  public MySqlHubSocketFactory() {}

  @Override
  protected Socket createSocket(PropertySet properties) {
    try {
      return new HubSocketFactory().createSocket();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
