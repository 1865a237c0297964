package dev.greenlet.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/**
 * A {@link Socket} that lets other greenlets of the hub run while it waits. It keeps all that
 * {@code Socket} promises, and is used like any other; see {@link HubSocketFactory} for what is
 * special. It may be used by greenlets of several hubs, of the shared lane and by plain threads, in
 * turn and at once.
 */
public final class HubSocket extends Socket {
  private final HubSocketImpl impl;

  /**
   * Creates an unconnected socket.
   *
   * @throws SocketException if it cannot be created
   */
  public HubSocket() throws SocketException {
    this(new HubSocketImpl());
  }

  private HubSocket(HubSocketImpl impl) throws SocketException {
    super(impl);
    this.impl = impl;
  }

  @Override
  public boolean isClosed() {
    return super.isClosed() || impl.isClosed(); // a cancelled write closes it too
  }

  /**
   * Closes the hub socket in which a thread waits to connect, read or write; the call fails with
   * {@code Socket closed}. The last resort against a wait in a library that keeps its sockets to
   * itself. The JDK's sockets close when their virtual thread is interrupted, which hub sockets
   * ignore. Any thread; never waits.
   *
   * <p>If the wait ends by itself at the same moment, the call may succeed and leave a closed
   * socket behind: the caller sees to it that the connection is not used again.
   *
   * @param thread the thread that waits, that of a greenlet included
   * @return whether it waited in a hub socket
   * @throws IOException if the close fails
   */
  public static boolean closeAwaitedBy(Thread thread) throws IOException {
    return HubSocketImpl.closeAwaitedBy(thread);
  }
}
