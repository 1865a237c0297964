package dev.greenlet.net;

import java.io.IOException;
import java.io.OutputStream;

/** The output stream of a hub socket. */
final class HubSocketOutput extends OutputStream {
  private final HubSocketImpl socket;

  HubSocketOutput(HubSocketImpl socket) {
    this.socket = socket;
  }

  @Override
  public void write(int b) throws IOException {
    socket.write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    socket.write(from, offset, length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
