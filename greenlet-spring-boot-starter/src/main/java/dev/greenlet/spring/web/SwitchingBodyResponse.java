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
 * or closed. What fits into the buffer goes there without one. Once the application has set a
 * {@link WriteListener}, the container does not block, and all goes straight to it.
 *
 * <p>A kill or the end of a deadline that finds the client taking nothing breaks the response off.
 */
final class SwitchingBodyResponse extends HttpServletResponseWrapper {
  private static final Duration TAKEN_WITHIN = Duration.ofMillis(50);
  private static final WaitReason BODY = new WaitReason(WaitReason.SOCKET, "body of the response");

  /** No container passes by its buffer what is smaller than this part of it. */
  private static final int PART = 4;

  private static final int MOST_BYTES_PER_CHAR = 4;

  private final @Nullable RequestLifecycle lifecycle;
  private @Nullable ServletOutputStream target;
  private @Nullable PrintWriter targetWriter;
  private @Nullable ServletOutputStream stream;
  private @Nullable PrintWriter writer;
  private boolean listening;
  private boolean closed;
  private long room; // so many bytes fit into the buffer for sure
  private long buffered; // at most so many are in it
  private long written; // at most so many in all

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
    forget();
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    forget();
  }

  private void forget() {
    room = 0;
    buffered = 0;
    written = 0;
  }

  /**
   * Sends what is left, if the container would do so after the filters, and block. An error is left
   * to the container, which may have a page for it.
   */
  void finish() throws IOException {
    HttpStatus.Series series = HttpStatus.Series.resolve(getStatus());
    boolean error =
        series != HttpStatus.Series.SUCCESSFUL && series != HttpStatus.Series.REDIRECTION;
    boolean nothingBlocks =
        closed
            || lifecycle != null && (lifecycle.isResponseComplete() || !lifecycle.blocksAtItsEnd());
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

  /** What the container does. */
  @FunctionalInterface
  private interface Step {
    void make() throws IOException;
  }

  /** Passes bytes on, at a switch point if the container may send some. */
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
              flush.make(); // else any later byte might have the rest sent
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
    long toTheEnd = length == null ? size : Long.parseLong(length) - written; // sends all of it
    return Math.min(size / PART, Math.min(size - buffered, toTheEnd) - 1);
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

  /** Closes also when a kill is pending, which then breaks the response off. */
  private void close(Step step) throws IOException {
    closed = true;
    if (listening) {
      step.make();
      return;
    }
    SwitchPoint closing = SwitchPoint.enterMidExchange(BODY);
    try (closing) {
      GreenletEvent sent = new GreenletEvent();
      closing.onCancel(() -> breakOffUnless(sent));
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
        () -> breakOffUnless(sent),
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

  /** Breaks off what the client does not take; an answer that it takes goes out whole. */
  private void breakOffUnless(GreenletEvent sent) throws IOException, InterruptedException {
    if (lifecycle != null && !sent.await(TAKEN_WITHIN)) {
      lifecycle.breakOff();
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

  /** Sends at switch points. The writer below keeps its failures to itself. */
  private final class SwitchingWriter extends Writer {
    private final PrintWriter out;

    SwitchingWriter(PrintWriter out) {
      this.out = out;
    }

    private void write(int chars, Step step) throws IOException {
      SwitchingBodyResponse.this.write((long) chars * MOST_BYTES_PER_CHAR, step, out::flush);
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
