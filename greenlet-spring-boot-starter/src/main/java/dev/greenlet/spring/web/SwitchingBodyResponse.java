package dev.greenlet.spring.web;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.sync.GreenletEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * A response whose body is sent at switch points: when the container's buffer overflows, is flushed
 * or is closed. Writes that fit into the buffer are no switch points. Once the application has set
 * a {@link WriteListener}, the container does not block, and all writes go to it directly.
 *
 * <p>A kill or an expired deadline aborts the response while the client does not read.
 */
final class SwitchingBodyResponse extends HttpServletResponseWrapper {
  private static final Duration DELIVERY_TIMEOUT = Duration.ofMillis(50);
  private static final WaitReason BODY = new WaitReason(WaitReason.SOCKET, "body of the response");

  /** No container bypasses its buffer for a write that is smaller than this fraction of it. */
  private static final int BYPASS_FRACTION = 4;

  private static final int MAX_BYTES_PER_CHAR = 4;

  private final @Nullable RequestLifecycle lifecycle;
  private @Nullable ServletOutputStream target;
  private @Nullable PrintWriter targetWriter;
  private @Nullable ServletOutputStream stream;
  private @Nullable PrintWriter writer;
  private boolean listening;
  private boolean closed;
  private long room; // bytes that certainly fit into the buffer
  private long buffered; // upper bound of the bytes in it
  private long written; // upper bound of all bytes

  SwitchingBodyResponse(HttpServletResponse response, @Nullable RequestLifecycle lifecycle) {
    super(response);
    this.lifecycle = lifecycle;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream switching = stream;
    if (switching == null) {
      ServletOutputStream own = super.getOutputStream();
      target = own;
      stream = switching = new SwitchingStream(own);
    }
    return switching;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter switching = writer;
    if (switching == null) {
      PrintWriter own = super.getWriter();
      targetWriter = own;
      writer = switching = new PrintWriter(new SwitchingWriter(own));
    }
    return switching;
  }

  @Override
  public void flushBuffer() throws IOException {
    flush(super::flushBuffer);
  }

  @Override
  public void reset() {
    super.reset();
    resetCounts();
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    resetCounts();
  }

  private void resetCounts() {
    room = 0;
    buffered = 0;
    written = 0;
  }

  /**
   * Sends the rest of the response, if the container would send it after the filters, and block. An
   * error is left to the container, which may have an error page.
   */
  void finish() throws IOException {
    HttpStatus.Series series = HttpStatus.Series.resolve(getStatus());
    boolean error =
        series != HttpStatus.Series.SUCCESSFUL && series != HttpStatus.Series.REDIRECTION;
    boolean nothingBlocks =
        closed || lifecycle != null && (lifecycle.isResponseComplete() || !lifecycle.blocksAtEnd());
    if (error || listening || nothingBlocks) {
      return;
    }
    if (targetWriter != null) {
      close(targetWriter::close);
    } else if (target != null) {
      close(target::close);
    } else {
      close(super.getOutputStream()::close);
    }
  }

  // --- switch points ----------------------------------------------------------------------------

  /** One operation of the container. */
  @FunctionalInterface
  private interface Step {
    void make() throws IOException;
  }

  /** Writes bytes, at a switch point if the container may send some. */
  private void write(long bytes, Step step, Step flush) throws IOException {
    if (listening) {
      step.make();
      return;
    }
    if (bytes > room) {
      room = roomLeft();
    }
    if (bytes <= room) {
      step.make();
      room -= bytes;
      buffered += bytes;
    } else {
      send(
          () -> {
            step.make();
            if (isCommitted()) {
              flush.make(); // else any later byte might cause the rest to be sent
            }
          });
      room = 0;
      buffered = isCommitted() ? 0 : buffered + bytes;
    }
    written += bytes;
  }

  private long roomLeft() {
    int size = getBufferSize();
    String length = getHeader(HttpHeaders.CONTENT_LENGTH);
    long toTheEnd =
        length == null
            ? size
            : Long.parseLong(length) - written; // at the end the container sends all
    return Math.min(size / BYPASS_FRACTION, Math.min(size - buffered, toTheEnd) - 1);
  }

  private void flush(Step step) throws IOException {
    if (listening) {
      step.make();
    } else {
      send(step);
      room = 0;
      buffered = 0;
    }
  }

  /** Closes even if a kill is pending, which then aborts the response. */
  private void close(Step step) throws IOException {
    closed = true;
    if (listening) {
      step.make();
      return;
    }
    SwitchPoint closing = SwitchPoint.enterMidExchange(BODY);
    try (closing) {
      GreenletEvent sent = new GreenletEvent();
      closing.onCancel(() -> abortUnless(sent));
      try {
        make(step, sent);
      } catch (IOException failure) {
        closing.failed(failure);
        throw failure;
      }
    }
  }

  private void send(Step step) throws IOException {
    GreenletEvent sent = new GreenletEvent();
    SwitchPoint.<@Nullable Void, IOException>call(
        BODY,
        () -> abortUnless(sent),
        () -> {
          make(step, sent);
          return null;
        });
  }

  private static void make(Step step, GreenletEvent sent) throws IOException {
    try {
      step.make();
    } finally {
      sent.set();
    }
  }

  /** Aborts a response that the client does not read; one that it reads is sent completely. */
  private void abortUnless(GreenletEvent sent) throws IOException, InterruptedException {
    if (lifecycle != null && !sent.await(DELIVERY_TIMEOUT)) {
      lifecycle.abortResponse();
    }
  }

  /** Sends at switch points. */
  private final class SwitchingStream extends ServletOutputStream {
    private final ServletOutputStream out;

    SwitchingStream(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      SwitchingBodyResponse.this.write(1, () -> out.write(b), out::flush);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      SwitchingBodyResponse.this.write(length, () -> out.write(bytes, offset, length), out::flush);
    }

    @Override
    public void flush() throws IOException {
      SwitchingBodyResponse.this.flush(out::flush);
    }

    @Override
    public void close() throws IOException {
      SwitchingBodyResponse.this.close(out::close);
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
      listening = true;
    }
  }

  /** Sends at switch points. The writer below does not throw its failures. */
  private final class SwitchingWriter extends Writer {
    private final PrintWriter out;

    SwitchingWriter(PrintWriter out) {
      this.out = out;
    }

    private void write(int chars, Step step) throws IOException {
      SwitchingBodyResponse.this.write((long) chars * MAX_BYTES_PER_CHAR, step, out::flush);
    }

    @Override
    public void write(int c) throws IOException {
      write(1, () -> out.write(c));
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
      write(length, () -> out.write(chars, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      write(length, () -> out.write(text, offset, length));
    }

    @Override
    public void flush() throws IOException {
      SwitchingBodyResponse.this.flush(out::flush);
    }

    @Override
    public void close() throws IOException {
      SwitchingBodyResponse.this.close(out::close);
    }
  }
}
