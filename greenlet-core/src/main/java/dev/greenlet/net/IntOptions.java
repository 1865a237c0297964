package dev.greenlet.net;

import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOptions;

/** Maps the numbered options of {@link SocketOptions} to the methods of a socket. */
final class IntOptions {
  private IntOptions() {}

  static void set(Socket socket, int option, Object value) throws SocketException {
    switch (option) {
      case SocketOptions.TCP_NODELAY -> socket.setTcpNoDelay((boolean) value);
      case SocketOptions.SO_KEEPALIVE -> socket.setKeepAlive((boolean) value);
      case SocketOptions.SO_OOBINLINE -> socket.setOOBInline((boolean) value);
      case SocketOptions.SO_REUSEADDR -> socket.setReuseAddress((boolean) value);
      case SocketOptions.SO_TIMEOUT -> socket.setSoTimeout((int) value);
      case SocketOptions.SO_SNDBUF -> socket.setSendBufferSize((int) value);
      case SocketOptions.SO_RCVBUF -> socket.setReceiveBufferSize((int) value);
      case SocketOptions.IP_TOS -> socket.setTrafficClass((int) value);
      case SocketOptions.SO_LINGER -> {
        if (value instanceof Integer seconds) {
          socket.setSoLinger(true, seconds);
        } else {
          socket.setSoLinger(false, 0);
        }
      }
      default -> throw unknown(option);
    }
  }

  static Object get(Socket socket, int option) throws SocketException {
    return switch (option) {
      case SocketOptions.TCP_NODELAY -> socket.getTcpNoDelay();
      case SocketOptions.SO_KEEPALIVE -> socket.getKeepAlive();
      case SocketOptions.SO_OOBINLINE -> socket.getOOBInline();
      case SocketOptions.SO_REUSEADDR -> socket.getReuseAddress();
      case SocketOptions.SO_TIMEOUT -> socket.getSoTimeout();
      case SocketOptions.SO_SNDBUF -> socket.getSendBufferSize();
      case SocketOptions.SO_RCVBUF -> socket.getReceiveBufferSize();
      case SocketOptions.IP_TOS -> socket.getTrafficClass();
      case SocketOptions.SO_LINGER -> socket.getSoLinger();
      case SocketOptions.SO_BINDADDR -> socket.getLocalAddress();
      default -> throw unknown(option);
    };
  }

  private static SocketException unknown(int option) {
    return new SocketException("Unknown option " + option);
  }
}
