package dev.greenlet.spring.web.scope;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * The response of the application. Once the request is cancelled, it discards all writes of the
 * application, which may have caught the exit. Confined to the greenlet that handles the request,
 * as far as the response is.
 */
final class ScopedResponse extends HttpServletResponseWrapper {
  private final RequestScope scope;
  private @Nullable ServletOutputStream stream;
  private @Nullable PrintWriter writer;

  ScopedResponse(HttpServletResponse response, RequestScope scope) {
    super(response);
    this.scope = scope;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream known = stream;
    if (known == null) {
      known = new ScopedStream(super.getOutputStream());
      stream = known;
    }
    return known;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter known = writer;
    if (known == null) {
      known = new PrintWriter(new ScopedWriter(super.getWriter()));
      writer = known;
    }
    return known;
  }

  @Override
  public void flushBuffer() throws IOException {
    if (!scope.isCancelled()) {
      super.flushBuffer();
    }
  }

  @Override
  public void sendError(int status) throws IOException {
    if (!scope.isCancelled()) {
      super.sendError(status);
    }
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    if (!scope.isCancelled()) {
      super.sendError(status, message);
    }
  }

  @Override
  public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
    if (!scope.isCancelled()) {
      super.sendRedirect(location, status, clearBuffer);
    }
  }

  private final class ScopedStream extends ServletOutputStream {
    private final ServletOutputStream out;

    ScopedStream(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      if (!scope.isCancelled()) {
        out.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (!scope.isCancelled()) {
        out.write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      if (!scope.isCancelled()) {
        out.flush();
      }
    }

    @Override
    public void close() throws IOException {
      if (!scope.isCancelled()) {
        out.close();
      }
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
    }
  }

  private final class ScopedWriter extends FilterWriter {
    ScopedWriter(Writer out) {
      super(out);
    }

    @Override
    public void write(int c) throws IOException {
      if (!scope.isCancelled()) {
        super.write(c);
      }
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
      if (!scope.isCancelled()) {
        super.write(chars, offset, length);
      }
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      if (!scope.isCancelled()) {
        super.write(text, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      if (!scope.isCancelled()) {
        super.flush();
      }
    }

    @Override
    public void close() throws IOException {
      if (!scope.isCancelled()) {
        super.close();
      }
    }
  }
}
