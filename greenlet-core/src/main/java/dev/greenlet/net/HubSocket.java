package dev.greenlet.net;

import java.net.Socket;
import java.net.SocketException;

/**
 * A {@link Socket} that lets other greenlets of the hub run while it waits. It keeps all that
 * {@code Socket} promises, and is used like any other; see {@link HubSocketFactory} for what is
 * special. It may be used by greenlets of several hubs, of the shared lane and by plain threads, in
 * turn and at once.
 */
public final class HubSocket extends Socket {

  /**
   * Creates an unconnected socket.
   *
   * @throws SocketException if it cannot be created
   */
  public HubSocket() throws SocketException {
    super(new HubSocketImpl());
  }
}
