package dev.greenlet.net;

import java.io.IOException;
import java.io.InputStream;

/** The input stream of a hub socket. */
final class HubSocketInput extends InputStream {
  private final HubSocketImpl socket;

  HubSocketInput(HubSocketImpl socket) {
    this.socket = socket;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return socket.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    return socket.read(into, offset, length);
  }

  @Override
  public int available() throws IOException {
    return socket.available();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
