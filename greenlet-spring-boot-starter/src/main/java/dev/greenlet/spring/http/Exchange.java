package dev.greenlet.spring.http;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/**
 * One request and its response. The lane is given up while the request is executed, except while
 * application code writes the body.
 *
 * <p>Confined to the greenlet that executes the request, except {@link #write}, which some clients
 * call on threads of their own.
 */
final class Exchange {
  private final ExchangeAbort abort;
  private @Nullable GreenletTask<?> executor;
  private @Nullable ExchangeSwitchPoints waits;
  private @Nullable SwitchPoint execution;
  private @Nullable GreenletExit exitOfBody;

  Exchange(AbortStrategy strategy) {
    this.abort = strategy.newAbort();
  }

  ClientHttpResponse execute(ClientHttpRequest request) throws IOException {
    WaitReason reason = new WaitReason(WaitReason.HTTP, ExchangeName.of(request));
    ExchangeSwitchPoints begun = new ExchangeSwitchPoints(reason, abort);
    SwitchPoint entered = begun.enter();
    executor = Greenlets.currentOrNull();
    waits = begun;
    execution = entered;
    try (CurrentAbort.Running _ = CurrentAbort.begin(abort)) {
      ClientHttpResponse response = request.execute();
      awaitHead(response);
      return new SwitchingResponse(response, begun);
    } catch (Throwable failure) {
      if (exitOfBody != null) {
        throw exitOfBody;
      }
      entered.failed(failure);
      throw failure;
    } finally {
      end(begun);
    }
  }

  private void end(ExchangeSwitchPoints begun) {
    SwitchPoint entered = execution;
    execution = null;
    executor = null;
    if (entered != null) {
      begun.leave(entered);
    }
  }

  /** Reads the head of the response, which some clients defer until it is requested. */
  private void awaitHead(ClientHttpResponse response) throws IOException {
    try {
      response.getStatusCode();
    } catch (IOException | RuntimeException failure) {
      if (abort.isAborted()) {
        throw failure;
      } // otherwise the caller gets the failure again when it reads the head
    }
  }

  /**
   * Writes the body by application code, which holds the lane, to a stream that gives it up. If a
   * kill or an expired deadline ends that code, the exchange is aborted, as the server might take
   * half of a body for the whole; the client gets an {@link IOException}.
   */
  void write(StreamingHttpOutputMessage.Body body, OutputStream out) throws IOException {
    SwitchPoint entered = execution;
    ExchangeSwitchPoints begun = waits;
    if (entered == null
        || begun == null
        || executor == null
        || executor != Greenlets.currentOrNull()) {
      body.writeTo(out);
      return;
    }
    begun.leave(entered);
    try {
      body.writeTo(new SwitchingOutputStream(out, begun));
    } catch (GreenletExit exit) {
      exitOfBody = exit;
      abort.abort();
      throw new IOException(
          "The greenlet was killed or its deadline expired while the request body was written",
          exit);
    } finally {
      execution = begun.enterMidExchange();
    }
  }
}
