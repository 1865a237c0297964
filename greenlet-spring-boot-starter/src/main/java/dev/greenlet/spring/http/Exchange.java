package dev.greenlet.spring.http;

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
  private final AbortMeans means;
  private WaitReason reason = new WaitReason(WaitReason.HTTP, "");
  private @Nullable GreenletTask<?> executor;
  private @Nullable SwitchPoint execution;

  Exchange(AbortMeans means) {
    this.means = means;
  }

  ClientHttpResponse execute(ClientHttpRequest request) throws IOException {
    reason = new WaitReason(WaitReason.HTTP, ExchangeName.of(request));
    SwitchPoint entered = SwitchPoint.enter(reason);
    executor = Greenlets.currentOrNull();
    execution = entered;
    AbortMeans.Abort abort = means.begin(entered);
    try (Aborts.Running _ = Aborts.begin(entered)) {
      ClientHttpResponse response = request.execute();
      awaitHead(response);
      return new SwitchingResponse(response, reason, means);
    } catch (Throwable failure) {
      entered.failed(failure);
      throw failure;
    } finally {
      leave();
      abort.close();
    }
  }

  private void leave() {
    SwitchPoint entered = execution;
    execution = null;
    executor = null;
    if (entered != null) {
      entered.close();
    }
  }

  /** Some clients read the head only when asked for it. */
  private static void awaitHead(ClientHttpResponse response) {
    try {
      response.getStatusCode();
    } catch (IOException | RuntimeException failure) {
      // whoever asks for the head gets it again
    }
  }

  /**
   * Lets the application's code write, with the lane, onto a stream that gives it up. A kill waits
   * until the request is out, for half of it might pass for the whole.
   */
  void write(StreamingHttpOutputMessage.Body body, OutputStream out) throws IOException {
    SwitchPoint entered = execution;
    if (entered == null || executor == null || executor != Greenlets.currentOrNull()) {
      body.writeTo(out);
      return;
    }
    entered.close();
    try {
      body.writeTo(new SwitchingOutputStream(out, reason));
    } finally {
      execution = SwitchPoint.enterToCleanUp(reason);
    }
  }
}
