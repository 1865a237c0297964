package dev.greenlet.spring.web;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * A stream to which events can be sent, and that can break, while the container still handles its
 * request.
 */
@RestController
class DelayedStream implements Filter {
  private static final String PATH = "/delayed-stream";

  private final SseEmitter emitter = new SseEmitter(2_000L);
  private final CountDownLatch handled = new CountDownLatch(1);

  @GetMapping(PATH)
  public SseEmitter stream() throws IOException {
    emitter.send("first");
    return emitter;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(request, response);
    if (request instanceof HttpServletRequest http && http.getRequestURI().equals(PATH)) {
      try {
        SwitchPoint.call(
            new WaitReason("latch", ""),
            () -> {
              handled.await();
              return true;
            });
      } catch (InterruptedException interrupted) {
        throw new ServletException(interrupted);
      }
    }
  }

  /** Sends an event, and returns whether that succeeded. */
  boolean send() {
    try {
      emitter.send("more");
      return true;
    } catch (IOException | IllegalStateException broken) {
      return false;
    }
  }

  /** Lets the handling of the request complete. */
  void handled() {
    handled.countDown();
  }
}
