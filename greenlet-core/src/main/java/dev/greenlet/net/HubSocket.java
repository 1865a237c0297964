package dev.greenlet.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/**
 * A {@link Socket} whose waits let other greenlets of the hub run. It has all properties of {@code
 * Socket}, and those that {@link HubSocketFactory} states. Thread-safe as a {@code Socket} is:
 * greenlets of several hubs and of the shared lane and plain threads may use it, in turn and at
 * once.
 */
public final class HubSocket extends Socket {
  private final HubSocketImpl impl;

  /**
   * Creates an unconnected socket. Any thread; does not wait.
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
   * Closes the hub socket in which a thread waits to connect, read or write; that call fails with
   * {@code Socket closed}. The last resort against a wait in a library that does not expose its
   * sockets. The JDK's sockets close when their virtual thread is interrupted, which has no effect
   * on hub sockets. Any thread; never waits.
   *
   * <p>If the wait ends otherwise at the same moment, the call may succeed and leave a closed
   * socket behind: the caller ensures that the connection is not used again.
   *
   * @param thread the waiting thread, that of a greenlet included
   * @return whether it waited in a hub socket
   * @throws IOException if the close fails
   */
  public static boolean closeAwaitedBy(Thread thread) throws IOException {
    return HubSocketImpl.closeAwaitedBy(thread);
  }
}
