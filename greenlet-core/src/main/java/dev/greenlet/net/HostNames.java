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
 * Addresses of hosts. The system is asked in a native frame, which blocks the carrier of a greenlet
 * for as long as the name server takes. So a thread of its own asks for it.
 */
final class HostNames {
  private HostNames() {}

  /**
   * Resolves a host where it does not hold up a hub. A switch point, and cancelled as a read is.
   */
  static InetSocketAddress resolve(String host, int port) throws IOException {
    if (Greenlets.currentOrNull() == null || isLiteral(host)) {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    }
    CompletableFuture<InetAddress> answer = new CompletableFuture<>();
    Waiter waiter = Waiter.ofCurrent().externallyWoken();
    if (SwitchPoint.isCancellationDeclared()) {
      waiter.claim(); // so that nothing ends the wait but the answer
    }
    Thread.ofPlatform()
        .daemon()
        .name("greenlet-lookup-" + Printable.of(host))
        .start(
            () -> {
              try {
                answer.complete(InetAddress.getByName(host));
              } catch (Throwable failure) {
                answer.completeExceptionally(failure);
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
      return new InetSocketAddress(answer.join(), port);
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
