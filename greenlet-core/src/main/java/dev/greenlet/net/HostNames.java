package dev.greenlet.net;

import dev.greenlet.GreenletExit;
import dev.greenlet.Greenlets;
import dev.greenlet.Printable;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Resolves the names of hosts. The system resolves them in a native frame, which blocks the carrier
 * of a greenlet until the name server answers. So a thread is started for the look-up.
 */
final class HostNames {
  private HostNames() {}

  /**
   * Resolves a host without occupying a hub. A switch point in a greenlet, cancelled as a read is.
   *
   * @throws UnknownHostException if the host has no address
   * @throws InterruptedIOException if a kill or the expiry of a deadline ends the wait
   */
  static InetSocketAddress resolve(String host, int port) throws IOException {
    if (Greenlets.currentOrNull() == null || isLiteral(host)) {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    }
    CompletableFuture<InetAddress> result = new CompletableFuture<>();
    Waiter waiter = Waiter.ofCurrent().externallyWoken();
    if (SwitchPoint.isCancellationDeclared()) {
      waiter.claim(); // so that only the result ends the wait
    }
    Thread.ofPlatform()
        .daemon()
        .name("greenlet-lookup-" + Printable.of(host))
        .start(
            () -> {
              try {
                result.complete(InetAddress.getByName(host));
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              } finally {
                waiter.wake();
              }
            });
    try {
      waiter.awaitUninterruptibly(new WaitReason(WaitReason.SOCKET, "address of " + host));
    } catch (GreenletExit exit) {
      throw SocketFailures.cancelled("Look-up", exit);
    }
    try {
      return new InetSocketAddress(result.join(), port);
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw failed;
    }
  }

  private static boolean isLiteral(String host) {
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException name) {
      return false;
    }
  }
}
