package dev.greenlet.net;

import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The reference: the contract is what the JDK's sockets do. */
class JdkSocketContractTests extends SocketContract {

  @Override
  Socket newSocket() {
    return new Socket();
  }

  @Override
  <T extends @Nullable Object> Future<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }
}
