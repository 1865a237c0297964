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
 * One request and its answer. The lane is given up while the request is executed, except for the
 * moments in which the application's own code produces the body.
 *
 * <p>Confined to the greenlet that executes, but for {@link #write}, which some clients call on
 * threads of their own.
 */
final class Exchange {
  private final ExchangeAbort abort;
  private @Nullable GreenletTask<?> executor;
  private @Nullable ExchangeSwitchPoints waits;
  private @Nullable SwitchPoint execution;
  private @Nullable GreenletExit exitOfBody;

  Exchange(AbortStrategy means) {
    this.abort = means.ofExchange();
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

  /** Some clients read the head only when asked for it. */
  private void awaitHead(ClientHttpResponse response) throws IOException {
    try {
      response.getStatusCode();
    } catch (IOException | RuntimeException failure) {
      if (abort.hasBegun()) {
        throw failure;
      } // else whoever asks for the head gets it again
    }
  }

  /**
   * Lets the application's code write, with the lane, onto a stream that gives it up. If that code
   * is left by a kill the exchange is aborted, for half of a body might pass for the whole; the
   * client gets an ordinary failure of its output.
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
      abort.now();
      throw new IOException("The request's body was left by a kill or a deadline", exit);
    } finally {
      execution = begun.enterMidExchange();
    }
  }
}
